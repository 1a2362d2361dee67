"""What happened, in the neutral words: the one shape in which every reporter's news reaches the
switchboard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeVar

from .enums import Cause, Direction, EndedBy, EventType
from .quality import Quality, read_quality
from .storable import ID

PHONE: Final = "phone"
# 2020-01-01 to 2100-01-01: seconds sent as milliseconds, or a clock that was never set, fall
# outside.
EARLIEST, LATEST = 1_577_836_800_000, 4_102_444_800_000

ABOUT_CALL: Final = frozenset(
    {
        EventType.ringing,
        EventType.dialing,
        EventType.answered,
        EventType.held,
        EventType.resumed,
        EventType.muted,
        EventType.unmuted,
        EventType.transferred,
        EventType.transfer_failed,
        EventType.ended,
        EventType.failed,
        EventType.missed,
        EventType.quality_alert,
        EventType.note_saved,
    }
)


class BadEvent(ValueError):
    """A message that no working reporter sends. The sentence says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class CallEvent:
    type: EventType
    at: int
    organisation: str
    connection: str
    agent: str
    call: str = ""  # the reporter's own id of the call
    source: str = PHONE  # the kind of that id
    external: tuple[tuple[str, str], ...] = ()  # what others call it: (kind, value)
    direction: Direction | None = None
    number: str = ""
    name: str = ""
    hotline: str = ""  # the organisation's own number that the customer has called
    line: int = 1
    consults: str = ""  # the reporter's id of the call about which somebody is asked first
    by: str = "agent"  # whose hold it is: agent or remote
    cause: Cause | None = None
    ended_by: EndedBy | None = None
    provider_code: str | None = None
    sip_code: int | None = None
    quality: Quality | None = None
    client: str | None = None
    epoch: int = 0
    raw: Mapping[str, Any] = field(default_factory=dict)


def parse_phone_event(
    message: Mapping[str, Any],
    *,
    organisation: str,
    agent: str,
    client: str | None,
    epoch: int,
    now: int | None = None,
) -> CallEvent:
    """Read a `phone.event`'s `event`.

    With `now`, nothing happened later than that: a fast clock must not keep a call alive.
    """
    if not isinstance(message, Mapping):
        raise BadEvent("An event is an object.")
    word = _text(message, "type", 64, needed=True)
    kind = EventType(word) if word in EventType.__members__ else EventType.unknown
    at = _whole(message, "at", EARLIEST, LATEST)
    if at is None:
        raise BadEvent("An event needs `at`.")
    at = at if now is None else min(at, now)
    quality = _quality(message, at) if kind is EventType.quality_alert else None
    cause, provider_code = (None, None) if quality else _cause(message)
    return CallEvent(
        type=kind,
        at=at,
        organisation=organisation,
        connection=_text(message, "connection", 64, needed=True),
        agent=agent,
        call=_own_id(message, "call", needed=kind in ABOUT_CALL),
        external=_external(message.get("external")),
        direction=_member(Direction, message, "direction"),
        number=_remote_text(message, "number", 64),
        name=_remote_text(message, "name", 200),
        hotline=_remote_text(message, "hotline", 64),
        line=_whole(message, "line", 1, 9) or 1,
        consults=_own_id(message, "consults"),
        by=_hold_side(message),
        cause=cause,
        ended_by=_member(EndedBy, message, "ended_by"),
        provider_code=provider_code,
        sip_code=_whole(message, "sip_code", 100, 699),
        quality=quality,
        client=client,
        epoch=epoch,
        raw=dict(message),
    )


Word = TypeVar("Word", bound=StrEnum)


def _text(message: Mapping[str, Any], name: str, longest: int, *, needed: bool = False) -> str:
    value = message.get(name)
    if value is None and not needed:
        return ""
    if (
        not isinstance(value, str)
        or len(value) > longest
        or (needed and not value)
        or not value.isprintable()
    ):
        raise BadEvent(f"`{name}` must be a text of 1 to {longest} characters.")
    return value


def _remote_text(message: Mapping[str, Any], name: str, longest: int) -> str:
    """Written by whoever calls: cut to what we can keep, never a reason to lose the call."""
    value = message.get(name)
    if value is not None and not isinstance(value, str):
        raise BadEvent(f"`{name}` must be a text.")
    return "".join(filter(str.isprintable, value or "")).strip()[:longest]


def _whole(message: Mapping[str, Any], name: str, least: int, most: int) -> int | None:
    value = message.get(name)
    if value is None:
        return None
    if type(value) is not int or not least <= value <= most:
        raise BadEvent(f"`{name}` must be a whole number from {least} to {most}.")
    return value


def _member(words: type[Word], message: Mapping[str, Any], name: str) -> Word | None:
    value = message.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or value not in words.__members__:
        raise BadEvent(f"`{name}` must be one of {', '.join(words)}.")
    return words(value)


def _own_id(message: Mapping[str, Any], name: str, *, needed: bool = False) -> str:
    """It names a call's card on the page, so it is plain characters only."""
    value = _text(message, name, 64, needed=needed)
    if value and not ID.fullmatch(value):
        raise BadEvent(f"`{name}` may hold letters, digits and _ . : @ - only.")
    return value


def _hold_side(message: Mapping[str, Any]) -> str:
    side = _text(message, "by", 16) or "agent"
    if side not in ("agent", "remote"):
        raise BadEvent("`by` must be agent or remote.")
    return side


def _cause(message: Mapping[str, Any]) -> tuple[Cause | None, str | None]:
    """A reason that is no cause of ours is `failed`, and stays readable as the provider's code."""
    word, code = _text(message, "cause", 64), message.get("provider_code")
    code = str(code) if type(code) is int else _text(message, "provider_code", 64)
    if word and word not in Cause.__members__:
        return Cause.failed, (code or word)[:64]
    return (Cause(word) if word else None), code[:64] or None


def _quality(message: Mapping[str, Any], at: int) -> Quality:
    try:
        return read_quality(message, at)
    except ValueError as error:
        raise BadEvent(str(error)) from None


def _external(pairs: Any) -> tuple[tuple[str, str], ...]:
    if pairs is None:
        return ()
    if not isinstance(pairs, list | tuple) or len(pairs) > 8 or not all(map(_is_external, pairs)):
        raise BadEvent("`external` must be at most 8 pairs of kind and value.")
    return tuple((kind, value) for kind, value in pairs)


def _is_external(pair: Any) -> bool:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        return False
    kind, value = pair
    return (
        all(isinstance(text, str) and text and text.isprintable() for text in pair)
        and len(kind) <= 16
        and len(value) <= 200
    )
