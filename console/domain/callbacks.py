"""Numbers to call back, derived from the calls with a number.

A missed conversation waits until somebody reaches its caller, or until a person dismisses it. The
result depends on the calls alone, and not on the order in which they were reported.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from .call import Call
from .enums import CallState, Cause, Direction
from .numbers import LONGEST_EXTENSION

CLAIM_MS: Final = 15 * 60_000  # time without a call after which a claim lapses
LONGEST_REASON: Final = 200  # characters

# Somebody answered, though not on a phone whose answer was reported.
ANSWERED_UNSEEN: Final = (Cause.answered_elsewhere, Cause.completed)
SERVED: Final = (*ANSWERED_UNSEEN, Cause.transferred)


class Leg(NamedTuple):
    """One agent's ended or answered part in a conversation with the number.

    `audience`: the agent's team, or the agent without one; `settled`: the conversation was answered
    or is still open.
    """

    conversation: str
    agent: str
    audience: str
    direction: str
    outgoing: bool
    started_at: int
    answered_at: int | None
    ended_at: int | None
    cause: str | None
    name: str
    connection: str
    settled: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """Missed conversations of one number that nobody has settled yet.

    `since`: the first one; `at`: the last one.
    """

    since: int
    at: int
    calls: int
    tries: int
    tried_at: int | None
    tried_by: str | None
    name: str
    connection: str
    audiences: frozenset[str]


def is_customer(number: str) -> bool:
    """Whether it is neither withheld nor an extension. It may be in no numbering plan."""
    digits = number.removeprefix("+")
    is_number = digits.isascii() and digits.isdigit()
    return is_number and (digits != number or len(digits) > LONGEST_EXTENSION)


def waiting(legs: Collection[Leg], dismissed_at: int | None) -> Waiting | None:
    settled_at = max([dismissed_at or 0, *_reached_at(legs)])
    missed = _missed(legs, settled_at)
    if not missed:
        return None
    since = min(leg.started_at for leg in missed)
    tries = [leg for leg in legs if _is_try(leg) and leg.started_at > since]
    tried_at, tried_by = max(((leg.started_at, leg.agent) for leg in tries), default=(None, None))
    return Waiting(
        since=since,
        at=max(leg.started_at for leg in missed),
        calls=len({leg.conversation for leg in missed}),
        tries=len(tries),
        tried_at=tried_at,
        tried_by=tried_by,
        name=max(((leg.started_at, leg.name) for leg in legs if leg.name), default=(0, ""))[1],
        connection=max((leg.started_at, leg.connection) for leg in missed)[1],
        audiences=frozenset(leg.audience for leg in missed),
    )


def _reached_at(legs: Iterable[Leg]) -> Iterable[int]:
    for leg in legs:
        if leg.direction == Direction.internal:
            continue
        if leg.answered_at is not None:
            yield leg.answered_at
        elif leg.cause in ANSWERED_UNSEEN and leg.ended_at is not None:
            yield leg.ended_at


def _missed(legs: Iterable[Leg], settled_at: int) -> list[Leg]:
    found = [
        leg
        for leg in legs
        if leg.direction == Direction.inbound and not leg.outgoing and not leg.settled
    ]
    begun: dict[str, int] = {}
    for leg in found:
        begun[leg.conversation] = min(leg.started_at, begun.get(leg.conversation, leg.started_at))
    return [leg for leg in found if begun[leg.conversation] > settled_at]


def _is_try(leg: Leg) -> bool:
    return leg.outgoing and leg.direction == Direction.outbound and leg.answered_at is None


class Effect(NamedTuple):
    """A change of a call that may change what waits.

    `settles_only`: it can only settle or complete a number that waits already.
    """

    settles_only: bool


def effect(before: Call | None, after: Call) -> Effect | None:
    old, new = _facts(before) if before else None, _facts(after)
    if before is None and new is None and after.conversation != after.id:
        return Effect(settles_only=True)  # the conversation goes on at another phone
    if old == new:
        return None
    reaches = old is None and (after.answered_at is not None or after.outgoing)
    return Effect(settles_only=reaches)


def _facts(call: Call) -> tuple[Any, ...] | None:
    """The part of a call that counts here; None while it is open and unanswered."""
    about = (call.number, call.direction, call.outgoing, call.started_at, call.name)
    if call.answered_at is not None:
        return (*about, call.answered_at)
    if call.state is CallState.ended:
        return (*about, call.ended_at, call.cause)
    return None
