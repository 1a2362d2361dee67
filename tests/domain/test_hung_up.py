"""When the far phone's end is the end of a call of ours, and which calls change who waits to be
called back.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.call import Call
from console.domain.conversation import is_over_by
from console.domain.enums import Cause, Direction, EndedBy, EventType
from console.domain.missed import is_reached, may_wait

from .news import call_of, told

RINGING, ANSWERED, ENDED = (
    told(EventType.ringing),
    told(EventType.answered, 1),
    told(EventType.ended, 9),
)


def both_sides(ended: bool = True) -> tuple[Call, Call]:
    """Alice, who was called, and Bob, who dialled her and has hung up."""
    alice = replace(call_of(RINGING, ANSWERED), direction=Direction.internal)
    bob = call_of(
        told(EventType.dialing, agent="bob"),
        told(EventType.answered, 1, agent="bob"),
        *([ENDED] if ended else []),
    )
    return alice, replace(bob, direction=Direction.internal)


def test_a_call_between_two_of_ours_is_over_when_the_other_has_hung_up() -> None:
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
        {"cause": Cause.transferred},
        {"cause": Cause.answered_elsewhere},
        {"ended_by": EndedBy.system, "cause": Cause.failed},
    ],
    ids=lambda otherwise: " ".join(otherwise),
)
def test_a_call_goes_on_where_the_other_row_is_no_phone_that_hung_up(
    otherwise: dict[str, object],
) -> None:
    alice, bob = both_sides()
    assert not is_over_by(alice, replace(bob, **otherwise))


@pytest.mark.parametrize(
    "told_more",
    [
        {"provider_code": "486"},
        {"sip_code": 486},
        {"cause": Cause.completed},
        {"ended_by": EndedBy.remote},
    ],
    ids=lambda told_more: " ".join(told_more),
)
def test_an_end_that_a_phone_has_explained_is_an_end_also_where_the_system_says_it(
    told_more: dict[str, object],
) -> None:
    alice, bob = both_sides()
    assert is_over_by(
        alice, replace(bob, **{"ended_by": EndedBy.system, "cause": Cause.failed, **told_more})
    )


def missed() -> Call:
    return call_of(RINGING, told(EventType.missed, 9))


def test_a_missed_call_changes_who_waits_when_it_comes_and_when_it_is_none_after_all() -> None:
    assert may_wait(None, missed()) and may_wait(call_of(RINGING), missed())
    assert may_wait(missed(), call_of(RINGING, ANSWERED))


def test_a_talk_changes_who_waits_when_it_is_over_and_not_while_it_lasts() -> None:
    talk, over = call_of(RINGING, ANSWERED), call_of(RINGING, ANSWERED, ENDED)
    assert not may_wait(None, talk) and not may_wait(call_of(RINGING), talk)
    assert may_wait(None, over) and may_wait(call_of(RINGING), over)
    assert not may_wait(talk, over), "that it was answered was known"
    assert may_wait(replace(talk, number="+84900000000"), over)


def test_who_is_talked_to_or_called_back_waits_no_more() -> None:
    ringing, talk, dialled = (
        call_of(RINGING),
        call_of(RINGING, ANSWERED),
        call_of(told(EventType.dialing)),
    )
    assert is_reached(None, talk) and is_reached(ringing, talk) and is_reached(None, dialled)
    assert (
        not is_reached(None, ringing)
        and not is_reached(talk, talk)
        and not is_reached(dialled, dialled)
    )
    assert is_reached(replace(dialled, number=""), dialled), "now it is known who is called"
    assert is_reached(replace(talk, outgoing=True), talk)
