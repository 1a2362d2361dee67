"""Joining two reports of one call, field by field.

The earlier start, the later sign of life, the more certain end, the union of the holds: every
rule is a maximum in some order, so neither the order of the reports nor a repetition matters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from .call import Call
from .enums import Cause, Direction, EndedBy


def merge(call: Call, other: Call) -> Call:
    """Joins two reports of one call under the first one's ids.

    Returns the same object when the other adds nothing.
    """
    last_seen_at = max(call.last_seen_at, other.last_seen_at)
    end = max(
        (end for end in (_end(call), _end(other)) if end.stands(last_seen_at)),
        key=_End.weight,
        default=_NO_END,
    )
    phone = _carrying_phone(call, other)
    later_note = max(call, other, key=_note_age)
    later_outcome = max(call, other, key=_outcome_age)
    merged = replace(
        call,
        started_at=min(call.started_at, other.started_at),
        direction=max(call.direction, other.direction, key=_DIRECTIONS.index),
        outgoing=call.outgoing or other.outgoing,
        number=max(call.number, other.number, key=_fullness),
        name=max(call.name, other.name, key=_fullness),
        hotline=max(call.hotline, other.hotline, key=_fullness),
        line=max(call.line, other.line),
        consults=max(call.consults, other.consults),
        answered_at=min(
            (at for at in (call.answered_at, other.answered_at) if at is not None), default=None
        ),
        last_seen_at=last_seen_at,
        hold_marks=_union(call.hold_marks, other.hold_marks),
        mute_marks=_union(call.mute_marks, other.mute_marks),
        ended_at=end.at,
        ended_by=end.by,
        reported_cause=end.cause,
        provider_code=end.provider_code,
        sip_code=end.sip_code,
        epoch=phone.epoch,
        client_call_id=phone.client_call_id or call.id,
        carrier=phone.carrier,
        quality=max((one for one in (call.quality, other.quality) if one), default=None),
        note=later_note.note,
        note_at=later_note.note_at,
        outcome_id=later_outcome.outcome_id,
        outcome_at=later_outcome.outcome_at,
        calls_today=max(call.calls_today, other.calls_today),
    )
    return call if merged == call else merged


def still_alive(call: Call, at: int) -> Call:
    """The call after its carrier reported it at `at`: this voids an earlier end by the system."""
    return call if at <= call.last_seen_at else merge(call, replace(call, last_seen_at=at))


# By certainty: inbound is the default before anything is known.
_DIRECTIONS = (Direction.inbound, Direction.outbound, Direction.internal)


class _End(NamedTuple):
    at: int | None
    by: EndedBy | None
    cause: Cause | None
    provider_code: str | None
    sip_code: int | None

    def stands(self, last_seen_at: int) -> bool:
        return self.at is not None and not (self.by is EndedBy.system and self.at < last_seen_at)

    def weight(self) -> tuple[Any, ...]:
        """A reported end over the system's guess; then the most specific cause, then the first
        report. Among guesses, the last.
        """
        at = self.at or 0
        rest = (self.cause or "", self.by or "", self.provider_code or "", self.sip_code or 0)
        if self.by is EndedBy.system:
            return (False, at, *rest)
        return (True, _SPECIFICITY.get(self.cause, 3), self.by is not None, -at, *rest)


_NO_END = _End(None, None, None, None, None)
# "answered_elsewhere" arrives after a bare CANCEL, and "transferred" beside the phone's plain BYE.
_SPECIFICITY: Mapping[Cause | None, int] = {
    None: 0,
    Cause.failed: 1,
    Cause.missed: 2,
    Cause.answered_elsewhere: 4,
    Cause.transferred: 4,
}


def _end(call: Call) -> _End:
    return _End(
        call.ended_at, call.ended_by, call.reported_cause, call.provider_code, call.sip_code
    )


class _CarryingPhone(NamedTuple):
    epoch: int
    client_call_id: str
    carrier: str | None


def _carrying_phone(call: Call, other: Call) -> _CarryingPhone:
    """The phone of the newest epoch carries the call, under its own id."""
    newest = max(call.epoch, other.epoch)
    phones = [phone for phone in (call, other) if phone.epoch == newest]
    ids = {phone.client_call_id for phone in phones if phone.client_call_id != phone.id}
    return _CarryingPhone(
        newest,
        min(ids, default=""),
        min(filter(None, (phone.carrier for phone in phones)), default=None),
    )


def _union(marks: tuple[Any, ...], others: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(sorted({*marks, *others}))


def _fullness(text: str) -> tuple[bool, int, str]:
    return text.startswith("+"), len(text), text


def _note_age(call: Call) -> tuple[int, str]:
    return (-1 if call.note_at is None else call.note_at), call.note


def _outcome_age(call: Call) -> tuple[int, str]:
    return (-1 if call.outcome_at is None else call.outcome_at), call.outcome_id or ""
