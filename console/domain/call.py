"""One agent's part in a conversation, as the sum of the facts that were reported about it.

    dialing ──┐                 ┌──held──▶ held ──┐
              ├──answered──▶ active               │
    ringing ──┘                 ◀──resumed────────┘
       └───────────────┴──ended, failed, missed, transferred──▶ ended

    ended (by the system) ──a later sign of life──▶ the state that the other facts give

Reports come twice, late and in any order, so a call is never stepped from state to state. One event
alone is a small call (`begin`), and two accounts of one call join field by field (`merge`): the
earlier start, the later sign of life, the better founded end, the union of the holds. The join does
not ask which account came first, and what it has already taken in changes nothing. The state is
read off the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from .enums import CallState, Cause, Direction, EndedBy, EventType
from .events import ABOUT_CALL, PHONE, CallEvent
from .holds import Holds, holds_of
from .quality import Quality
from .vocabulary import CALL_ENDS


@dataclass(frozen=True, slots=True)
class Call:
    id: str
    conversation: str
    organisation: str
    connection: str
    agent: str
    started_at: int
    key: str  # the phone's own id, or the row's: names the card on the page
    direction: Direction = Direction.inbound
    placed: bool = False  # the agent dialled it: for an internal call the direction does not say
    number: str = ""
    name: str = ""
    hotline: str = ""  # the organisation's own number that the customer has called
    line: int = 1
    consults: str = ""  # the key of the call about which somebody is asked first
    answered_at: int | None = None
    ended_at: int | None = None
    alive_at: int = 0  # the latest sign of life
    hold_marks: tuple[tuple[int, bool, str], ...] = ()  # at, held or resumed, by whom
    mute_marks: tuple[tuple[int, bool], ...] = ()
    ended_by: EndedBy | None = None
    cause: Cause | None = None  # as reported; `outcome` fills the gap
    provider_code: str | None = None
    sip_code: int | None = None
    epoch: int = 0  # the lease epoch that carries it; 0: no browser does
    carrier: str | None = None  # the client that holds its audio
    quality: Quality | None = None  # of the whole call once it is over, until then as last reported
    note: str = ""
    note_at: int | None = None
    # of the calls from this number to the organisation on that day, as known when it began to ring
    nth: int = 1

    @property
    def state(self) -> CallState:
        if self.ended_at is not None:
            return CallState.ended
        if self.answered_at is None:
            return CallState.dialing if self.placed else CallState.ringing
        return CallState.held if self._holds.sides else CallState.active

    @property
    def held_since(self) -> int | None:
        return self._holds.since if self.state is CallState.held else None

    @property
    def held_by(self) -> str | None:
        return min(self._holds.sides) if self.state is CallState.held else None

    @property
    def hold_seconds(self) -> int:
        """Of the holds that are over; the page counts a running one from `held_since`."""
        return self._holds.total // 1000

    @property
    def muted(self) -> bool:
        return self.ended_at is None and bool(self.mute_marks) and self.mute_marks[-1][1]

    @property
    def outcome(self) -> Cause | None:
        """The cause; where nobody gave one, what the other facts say."""
        if self.ended_at is None or self.cause is not None:
            return self.cause
        if self.answered_at is not None:
            return Cause.completed
        return _UNEXPLAINED[self.placed, self.ended_by is EndedBy.agent]

    @property
    def missed(self) -> bool:
        """Somebody wanted this agent and got nobody."""
        return (
            self.ended_at is not None
            and not self.placed
            and self.answered_at is None
            and self.outcome not in _NOT_MISSED
        )

    @property
    def _holds(self) -> Holds:
        return holds_of(self.hold_marks, self.ended_at)


_NOT_MISSED = frozenset(
    {Cause.answered_elsewhere, Cause.rejected, Cause.completed, Cause.transferred}
)
_UNEXPLAINED = {  # placed by the agent, ended by the agent
    (True, True): Cause.cancelled,
    (True, False): Cause.no_answer,
    (False, True): Cause.rejected,
    (False, False): Cause.missed,
}


def begin(event: CallEvent, id: str, conversation: str) -> Call:
    """The call as this one event tells it. The first news of a call may be any event about it."""
    if event.type not in ABOUT_CALL:
        raise ValueError(f"{event.type} is not about a call")
    of_phone = event.source == PHONE and event.call != ""
    placed = event.type is EventType.dialing or event.direction is Direction.outbound
    facts: dict[str, Any] = {
        "direction": event.direction or (Direction.outbound if placed else Direction.inbound),
        "placed": placed,
        "number": event.number,
        "name": event.name,
        "hotline": event.hotline,
        "line": event.line,
        "consults": event.consults,
        "alive_at": 0 if event.ended_by is EndedBy.system else event.at,
        "epoch": event.epoch if of_phone else 0,
        "carrier": event.client if of_phone else None,
    }
    if (
        event.type is EventType.note_saved
    ):  # any client may write it: it says nothing about the audio
        of_phone, facts = False, {}
    key = event.call if of_phone else id
    facts |= _FACTS.get(event.type, _nothing_more)(event)
    return Call(
        id, conversation, event.organisation, event.connection, event.agent, event.at, key, **facts
    )


def apply(call: Call, event: CallEvent) -> Call:
    """The call with this event taken in; the same object when there is nothing new."""
    return (
        merge(call, begin(event, call.id, call.conversation)) if event.type in ABOUT_CALL else call
    )


def merge(call: Call, other: Call) -> Call:
    """Two accounts of one call joined under the first one's ids; the same object when the other
    adds nothing.
    """
    alive_at = max(call.alive_at, other.alive_at)
    end = max(
        (end for end in (_end(call), _end(other)) if end.stands(alive_at)),
        key=_End.weight,
        default=_NO_END,
    )
    owner = _carried(call, other)
    merged = replace(
        call,
        started_at=min(call.started_at, other.started_at),
        direction=max(call.direction, other.direction, key=_DIRECTIONS.index),
        placed=call.placed or other.placed,
        number=max(call.number, other.number, key=_fullness),
        name=max(call.name, other.name, key=_fullness),
        hotline=max(call.hotline, other.hotline, key=_fullness),
        line=max(call.line, other.line),
        consults=max(call.consults, other.consults),
        answered_at=min(
            (at for at in (call.answered_at, other.answered_at) if at is not None), default=None
        ),
        alive_at=alive_at,
        hold_marks=_union(call.hold_marks, other.hold_marks),
        mute_marks=_union(call.mute_marks, other.mute_marks),
        ended_at=end.at,
        ended_by=end.by,
        cause=end.cause,
        provider_code=end.provider_code,
        sip_code=end.sip_code,
        epoch=owner.epoch,
        key=owner.key or call.id,
        carrier=owner.carrier,
        quality=max((told for told in (call.quality, other.quality) if told), default=None),
        note=max(call, other, key=_note_age).note,
        note_at=max(call, other, key=_note_age).note_at,
        nth=max(call.nth, other.nth),
    )
    return call if merged == call else merged


def still_alive(call: Call, at: int) -> Call:
    """The carrier was heard to hold this call at `at`.

    An earlier end by the system was a mistake.
    """
    return call if at <= call.alive_at else merge(call, replace(call, alive_at=at))


# What an event tells beyond what every event does.


def _nothing_more(event: CallEvent) -> dict[str, Any]:
    return {}


def _hold_mark(event: CallEvent) -> dict[str, Any]:
    """Only an answered call can be held, also where the answer was never reported."""
    return {
        "answered_at": event.at,
        "hold_marks": ((event.at, event.type is EventType.held, event.by),),
    }


def _mute_mark(event: CallEvent) -> dict[str, Any]:
    return {"mute_marks": ((event.at, event.type is EventType.muted),)}


def _ended(event: CallEvent) -> dict[str, Any]:
    cause, ended_by = CALL_ENDS[event.type]
    return {
        "ended_at": event.at,
        "ended_by": event.ended_by or ended_by,
        "cause": event.cause or cause,
        "provider_code": event.provider_code,
        "sip_code": event.sip_code,
    }


_FACTS: Mapping[EventType, Callable[[CallEvent], dict[str, Any]]] = {
    EventType.answered: lambda event: {"answered_at": event.at},
    EventType.held: _hold_mark,
    EventType.resumed: _hold_mark,
    EventType.muted: _mute_mark,
    EventType.unmuted: _mute_mark,
    EventType.quality_alert: lambda event: {"quality": event.quality},
    EventType.note_saved: lambda event: {
        "note": str(event.raw.get("text", "")),
        "note_at": event.at,
    },
    **dict.fromkeys(CALL_ENDS, _ended),
}


# How two accounts join. Every rule is a maximum in some order, so the order of the reports cannot
# matter.

_DIRECTIONS = (
    Direction.inbound,
    Direction.outbound,
    Direction.internal,
)  # inbound: what is assumed before anything is known


class _End(NamedTuple):
    at: int | None
    by: EndedBy | None
    cause: Cause | None
    provider_code: str | None
    sip_code: int | None

    def stands(self, alive_at: int) -> bool:
        return self.at is not None and not (self.by is EndedBy.system and self.at < alive_at)

    def weight(self) -> tuple[Any, ...]:
        """Somebody's end over the system's guess; then the reason that says most, then the first
        report. Of guesses, the last.
        """
        at, rest = (
            self.at or 0,
            (self.cause or "", self.by or "", self.provider_code or "", self.sip_code or 0),
        )
        if self.by is EndedBy.system:
            return (False, at, *rest)
        return (True, _TELLING.get(self.cause, 3), self.by is not None, -at, *rest)


_NO_END = _End(None, None, None, None, None)
# "Somebody else took it" arrives after a bare CANCEL did, and "transferred" beside the phone's
# plain goodbye.
_TELLING: Mapping[Cause | None, int] = {
    None: 0,
    Cause.failed: 1,
    Cause.missed: 2,
    Cause.answered_elsewhere: 4,
    Cause.transferred: 4,
}


def _end(call: Call) -> _End:
    return _End(call.ended_at, call.ended_by, call.cause, call.provider_code, call.sip_code)


class _Owner(NamedTuple):
    epoch: int
    key: str
    carrier: str | None


def _carried(call: Call, other: Call) -> _Owner:
    """The phone of the newest epoch carries the call, under the id that it gave."""
    newest = max(call.epoch, other.epoch)
    phones = [phone for phone in (call, other) if phone.epoch == newest]
    keys = {phone.key for phone in phones if phone.key != phone.id}
    return _Owner(
        newest,
        min(keys, default=""),
        min(filter(None, (phone.carrier for phone in phones)), default=None),
    )


def _union(marks: tuple[Any, ...], others: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(sorted({*marks, *others}))


def _fullness(text: str) -> tuple[bool, int, str]:
    return text.startswith("+"), len(text), text


def _note_age(call: Call) -> tuple[int, str]:
    return (-1 if call.note_at is None else call.note_at), call.note
