"""When the far phone's end is the end of a call of ours, and which calls change who waits to be
called back.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.call import Call
from console.domain.conversation import is_over_by
from console.domain.enums import Cause, Direction, EndedBy, EventType

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
