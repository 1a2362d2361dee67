"""Events of calls and phones in neutral terms: the one shape in which every reporter's event
reaches the switchboard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, NotRequired

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from typing_extensions import TypedDict

from .enums import Cause, Direction, EndedBy, EventType
from .quality import Quality, QualityFields, quality_of
from .storable import ID
from .validation import PRINTABLE, problem_of

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


Text = Annotated[str, StringConstraints(max_length=64, pattern=PRINTABLE)]
# It names a call's card on the page, so it holds plain characters only.
OwnId = Annotated[str, StringConstraints(pattern=f"^(?:{ID.pattern})?$")]
External = Annotated[
    tuple[
        Annotated[str, StringConstraints(min_length=1, max_length=16, pattern=PRINTABLE)],
        Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PRINTABLE)],
    ],
    Field(strict=False),  # JSON has lists only
]


class BadEvent(ValueError):
    """A malformed event. The message is a sentence that names the fault."""


@dataclass(frozen=True, slots=True)
class CallEvent:
    type: EventType
    at: int
    organisation: str
    connection: str
    agent: str
    call: str = ""  # the reporter's own id of the call
    source: str = PHONE  # the kind of that id
    external: tuple[tuple[str, str], ...] = ()  # its ids elsewhere: (kind, value)
    direction: Direction | None = None
    number: str = ""
    name: str = ""
    hotline: str = ""  # the organisation's own number that the customer has called
    line: int = 1
    consults: str = ""  # the reporter's id of the call that this consultation is about
    by: str = "agent"  # the side that holds: agent or remote
    cause: Cause | None = None
    ended_by: EndedBy | None = None
    provider_code: str | None = None
    sip_code: int | None = None
    quality: Quality | None = None
    client: str | None = None
    epoch: int = 0
    raw: Mapping[str, Any] = field(default_factory=dict)


_EMPTY_IS_NONE = BeforeValidator(lambda value: None if value == "" else value)


class _Event(TypedDict):
    """The fields of a `phone.event`'s `event` that all events may have."""

    __pydantic_config__ = ConfigDict(strict=True)  # type: ignore[misc]

    type: Annotated[Text, Field(min_length=1)]
    at: Annotated[int, Field(ge=EARLIEST, le=LATEST)]
    connection: Annotated[Text, Field(min_length=1)]
    call: NotRequired[OwnId | None]
    external: NotRequired[Annotated[list[External], Field(max_length=8)] | None]
    direction: NotRequired[Annotated[Direction | None, Field(strict=False), _EMPTY_IS_NONE]]
    number: NotRequired[str | None]
    name: NotRequired[str | None]
    hotline: NotRequired[str | None]
    line: NotRequired[Annotated[int, Field(ge=1, le=9)] | None]
    consults: NotRequired[OwnId | None]
    by: NotRequired[Literal["agent", "remote", ""] | None]
    ended_by: NotRequired[Annotated[EndedBy | None, Field(strict=False), _EMPTY_IS_NONE]]
    sip_code: NotRequired[Annotated[int, Field(ge=100, le=699)] | None]


class _CallReport(_Event):
    cause: NotRequired[Text | None]
    provider_code: NotRequired[int | Text | None]


class _Alert(_Event, QualityFields):
    pass


_CALL_REPORT = TypeAdapter(_CallReport)
_ALERT = TypeAdapter(_Alert)


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

    `now` limits the event's time: a fast clock must not keep a call alive.
    """
    try:
        fields, quality, cause, provider_code = _checked(message)
    except ValidationError as error:
        raise BadEvent(problem_of(error)) from None
    at = fields["at"] if now is None else min(fields["at"], now)
    word, call = fields["type"], fields.get("call") or ""
    kind = EventType(word) if word in EventType.__members__ else EventType.unknown
    if kind in ABOUT_CALL and not call:
        raise BadEvent("`call` is missing.")
    return CallEvent(
        type=kind,
        at=at,
        organisation=organisation,
        connection=fields["connection"],
        agent=agent,
        call=call,
        external=tuple(fields.get("external") or ()),
        direction=fields.get("direction"),
        number=_remote_text(fields.get("number"), 64),
        name=_remote_text(fields.get("name"), 200),
        hotline=_remote_text(fields.get("hotline"), 64),
        line=fields.get("line") or 1,
        consults=fields.get("consults") or "",
        by=fields.get("by") or "agent",
        cause=cause,
        ended_by=fields.get("ended_by"),
        provider_code=provider_code,
        sip_code=fields.get("sip_code"),
        quality=quality and quality._replace(at=at),
        client=client,
        epoch=epoch,
        raw=dict(message),
    )


def _checked(message: Mapping[str, Any]) -> tuple[_Event, Quality | None, Cause | None, str | None]:
    """The fields; the quality of an alert, or the cause and the provider's code of other events."""
    if isinstance(message, Mapping) and message.get("type") == EventType.quality_alert:
        alert = _ALERT.validate_python(message)
        return alert, quality_of(alert, alert["at"]), None, None
    report = _CALL_REPORT.validate_python(message)
    return report, None, *_cause(report.get("cause") or "", report.get("provider_code"))


def _remote_text(value: str | None, longest: int) -> str:
    """A text that a caller chooses, cut to what can be stored; it never refuses the event."""
    return "".join(filter(str.isprintable, value or "")).strip()[:longest]


def _cause(word: str, code: int | str | None) -> tuple[Cause | None, str | None]:
    """The cause and the provider's code; an unknown cause is `failed` and kept as the code."""
    code = "" if code is None else str(code)
    if word and word not in Cause.__members__:
        return Cause.failed, (code or word)[:64]
    return (Cause(word) if word else None), code[:64] or None
