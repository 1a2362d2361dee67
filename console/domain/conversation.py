"""The reports of one call and the calls of one conversation, matched without a common id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .call import Call
from .call_events import begin
from .enums import NO_NEWS, CallState, Cause, Direction, EndedBy, EventType
from .events import PHONE, CallEvent

WITHIN_MS = 15_000


def same_call(call: Call, event: CallEvent, within_ms: int = WITHIN_MS) -> bool:
    """Whether this first event from another reporter may be about `call`.

    Both numbers must have the form of `numbers.remote_number`.
    """
    return (
        (call.connection, call.agent, call.number) == (event.connection, event.agent, event.number)
        and abs(call.started_at - event.at) <= within_ms
        and _same_direction(call, event)
        and not _other_call_of_phone(call, event)
    )


def first_match(event: CallEvent, calls: Iterable[Call], within_ms: int = WITHIN_MS) -> Call | None:
    """The oldest matching call: first event with first call, in the order of time.

    `calls` must not contain calls for which this reporter already has an id.
    """
    return min(
        (call for call in calls if same_call(call, event, within_ms)), key=_age, default=None
    )


def other_side(
    event: CallEvent,
    candidates: Iterable[Call],
    extensions: Mapping[str, str],
    within_ms: int = WITHIN_MS,
) -> Call | None:
    """The call of the other agent, if the event begins one side of an internal call.

    `extensions`: agent id → extension, on the event's connection. One of the two agents dialled,
    each has the other's number, and both calls existed at one moment. Several attempts: the nearest
    in time matches, and never one whose other side is known.
    """
    call, rows = begin(event, "", ""), list(candidates)
    taken = {row.conversation for row in rows if row.agent == call.agent}
    facing = [
        row
        for row in rows
        if _face(call, row, extensions)
        and row.conversation not in taken
        and _met(call, row, within_ms)
    ]
    return min(
        facing, key=lambda row: (abs(row.started_at - call.started_at), _age(row)), default=None
    )


def is_over_by(call: Call, far: Call) -> bool:
    """Whether `far` is the other end of this internal call and has hung up."""
    two_sides = call.outgoing != far.outgoing and call.agent != far.agent
    internal = {call.direction, far.direction} == {Direction.internal}
    return two_sides and internal and call.conversation == far.conversation and _hung_up(far)


def _hung_up(call: Call) -> bool:
    """False for a phone that stopped ringing, transferred the call, or was given up as silent."""
    talked = call.state is CallState.ended and call.answered_at is not None
    goes_on = call.cause in (Cause.transferred, Cause.answered_elsewhere)
    return talked and not goes_on and not _given_up(call)


def _given_up(call: Call) -> bool:
    """Whether the system or the phone ended it for lack of reports: a reported end has a code."""
    reported = (
        call.provider_code not in (None, "", NO_NEWS)
        or call.sip_code
        or call.reported_cause is not Cause.failed
    )
    return call.ended_by is EndedBy.system and not reported


def _same_direction(call: Call, event: CallEvent) -> bool:
    """`internal` and a missing direction do not tell which side dialled."""
    if event.type is EventType.dialing:
        return call.outgoing
    if event.type is EventType.ringing:
        return not call.outgoing
    return event.direction in (None, Direction.internal) or call.outgoing == (
        event.direction is Direction.outbound
    )


def _other_call_of_phone(call: Call, event: CallEvent) -> bool:
    """A phone has its own ids: another id is another call."""
    return event.source == PHONE and call.client_call_id not in (call.id, event.call)


def _face(call: Call, row: Call, extensions: Mapping[str, str]) -> bool:
    return (
        row.connection == call.connection
        and row.agent != call.agent
        and row.outgoing != call.outgoing
        and extensions.get(row.agent) == call.number
        and extensions.get(call.agent) == row.number
    )


def _met(call: Call, row: Call, within_ms: int) -> bool:
    first, second = sorted((call, row), key=_age)
    return second.started_at - first.started_at <= within_ms and (
        first.ended_at is None or second.started_at <= first.ended_at
    )


def _age(call: Call) -> tuple[int, str]:
    return call.started_at, call.id
