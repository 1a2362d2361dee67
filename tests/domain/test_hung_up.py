"""When the far phone's end is the end of a call of ours, and which calls change who waits to be
called back.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.call import Call
from console.domain.conversation import is_over_by
from console.domain.enums import Cause, Direction, EndedBy, EventType
from console.domain.missed_calls import is_caller_reached, may_change_missed_calls

from .call_samples import call_of, phone_event

RINGING, ANSWERED, ENDED = (
    phone_event(EventType.ringing),
    phone_event(EventType.answered, 1),
    phone_event(EventType.ended, 9),
)


def both_sides(ended: bool = True) -> tuple[Call, Call]:
    """Alice, who was called, and Bob, who dialled Alice and has hung up."""
    alice = replace(call_of(RINGING, ANSWERED), direction=Direction.internal)
    bob = call_of(
        phone_event(EventType.dialing, agent="bob"),
        phone_event(EventType.answered, 1, agent="bob"),
        *([ENDED] if ended else []),
    )
    return alice, replace(bob, direction=Direction.internal)


def test_internal_call_is_over_when_the_other_side_hung_up() -> None:
    alice, bob = both_sides()
    assert is_over_by(alice, bob)
    assert not is_over_by(*both_sides(ended=False))


@pytest.mark.parametrize(
    "otherwise",
    [
        {"agent": "alice"},
        {"outgoing": False},
        {"direction": Direction.inbound},
        {"conversation": "another"},
        {"answered_at": None},
        {"reported_cause": Cause.transferred},
        {"reported_cause": Cause.answered_elsewhere},
        {"ended_by": EndedBy.system, "reported_cause": Cause.failed},
    ],
    ids=lambda otherwise: " ".join(otherwise),
)
def test_call_goes_on_unless_the_other_side_hung_up(otherwise: dict[str, object]) -> None:
    alice, bob = both_sides()
    assert not is_over_by(alice, replace(bob, **otherwise))


@pytest.mark.parametrize(
    "told_more",
    [
        {"provider_code": "486"},
        {"sip_code": 486},
        {"reported_cause": Cause.completed},
        {"ended_by": EndedBy.remote},
    ],
    ids=lambda told_more: " ".join(told_more),
)
def test_explained_end_counts_even_from_the_system(told_more: dict[str, object]) -> None:
    alice, bob = both_sides()
    assert is_over_by(
        alice,
        replace(bob, **{"ended_by": EndedBy.system, "reported_cause": Cause.failed, **told_more}),
    )


def missed() -> Call:
    return call_of(RINGING, phone_event(EventType.missed, 9))


def test_new_or_voided_missed_call_may_change_the_list() -> None:
    assert may_change_missed_calls(None, missed()) and may_change_missed_calls(
        call_of(RINGING), missed()
    )
    assert may_change_missed_calls(missed(), call_of(RINGING, ANSWERED))


def test_an_answered_call_may_change_the_list_only_at_its_end() -> None:
    talk, over = call_of(RINGING, ANSWERED), call_of(RINGING, ANSWERED, ENDED)
    assert not may_change_missed_calls(None, talk) and not may_change_missed_calls(
        call_of(RINGING), talk
    )
    assert may_change_missed_calls(None, over) and may_change_missed_calls(call_of(RINGING), over)
    assert not may_change_missed_calls(talk, over), "that it was answered was known"
    assert may_change_missed_calls(replace(talk, number="+84900000000"), over)


def test_reached_caller_leaves_the_list() -> None:
    ringing, talk, dialled = (
        call_of(RINGING),
        call_of(RINGING, ANSWERED),
        call_of(phone_event(EventType.dialing)),
    )
    assert (
        is_caller_reached(None, talk)
        and is_caller_reached(ringing, talk)
        and is_caller_reached(None, dialled)
    )
    assert (
        not is_caller_reached(None, ringing)
        and not is_caller_reached(talk, talk)
        and not is_caller_reached(dialled, dialled)
    )
    assert is_caller_reached(replace(dialled, number=""), dialled), "now it is known who is called"
    assert is_caller_reached(replace(talk, outgoing=True), talk)
