from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from console.domain.call import Call
from console.domain.conversation import first_match, is_over_by, other_side, same_call
from console.domain.enums import NO_NEWS, Cause, Direction, EndedBy, EventType
from console.domain.events import CallEvent

from .news import START, call_of, told, told_by_webhook

EXTENSIONS = {"alice": "1001", "bob": "1002", "carol": "1003"}


def dials(second: float, id: str = "a-1", **changes: Any) -> Call:
    call = call_of(
        told(EventType.dialing, second, agent="alice", number="1002", call=f"phone-{id}"), id=id
    )
    return replace(call, conversation=id, **changes)


def bob_rings(second: float, **changes: Any) -> CallEvent:
    return told(EventType.ringing, second, agent="bob", number="1001", call="phone-b", **changes)


def test_a_webhooks_ring_is_the_phones_ring_within_15_seconds() -> None:
    call = call_of(told(EventType.ringing))
    assert same_call(call, told_by_webhook(EventType.ringing, 15))
    assert same_call(call, told_by_webhook(EventType.ringing, -15))
    assert same_call(call, told_by_webhook(EventType.ended, 2))
    assert not same_call(call, told_by_webhook(EventType.ringing, 15.001))


@pytest.mark.parametrize(
    "change",
    [
        {"agent": "bob"},
        {"number": "1002"},
        {"connection": "other"},
        {"direction": Direction.outbound},
    ],
)
def test_another_agent_number_connection_or_direction_is_another_call(
    change: dict[str, str],
) -> None:
    assert not same_call(
        call_of(told(EventType.ringing)), told_by_webhook(EventType.answered, 1, **change)
    )


def test_a_dialled_call_is_not_a_ringing_one() -> None:
    assert not same_call(call_of(told(EventType.ringing)), told_by_webhook(EventType.dialing, 1))
    assert not same_call(call_of(told(EventType.dialing)), told_by_webhook(EventType.ringing, 1))


def test_two_ids_of_one_phone_are_two_calls() -> None:
    assert not same_call(call_of(told(EventType.ringing)), told(EventType.ringing, 1, call="p-2"))
    assert same_call(
        call_of(told_by_webhook(EventType.ringing)), told(EventType.ringing, 1, call="p-2")
    )


def test_among_several_the_first_goes_with_the_first() -> None:
    first, second = (
        call_of(told(EventType.ringing, 1), id="first"),
        call_of(told(EventType.ringing, 4), id="second"),
    )
    assert first_match(told_by_webhook(EventType.ringing, 5), [second, first]) is first
    assert first_match(told_by_webhook(EventType.ringing, 60), [second, first]) is None


def test_alice_dialling_bob_and_bob_ringing_are_one_conversation_whichever_comes_first() -> None:
    alice = dials(0)
    assert other_side(bob_rings(0.2), [alice], EXTENSIONS) is alice
    bob = call_of(bob_rings(0), id="b-1")
    news = told(EventType.dialing, 0.2, agent="alice", number="1002")
    assert other_side(news, [bob], EXTENSIONS) is bob


def test_carols_call_to_bob_is_not_alices() -> None:
    assert other_side(bob_rings(0.2), [dials(0, agent="carol")], EXTENSIONS) is None
    assert other_side(bob_rings(0.2), [dials(0, number="1003")], EXTENSIONS) is None
    assert other_side(bob_rings(0.2), [dials(0, connection="other")], EXTENSIONS) is None


def test_two_agents_who_ring_from_outside_are_no_sides_of_each_other() -> None:
    alice = call_of(told(EventType.ringing, agent="alice", number="1002"))
    assert other_side(bob_rings(0.2), [alice], EXTENSIONS) is None


def test_a_call_that_was_over_before_the_other_began_is_not_its_other_side() -> None:
    over = call_of(
        told(EventType.dialing, 0, agent="alice", number="1002"),
        told(
            EventType.ended,
            3,
            agent="alice",
            number="1002",
            cause=Cause.busy,
            ended_by=EndedBy.remote,
        ),
    )
    assert other_side(bob_rings(5), [over], EXTENSIONS) is None
    assert other_side(bob_rings(2), [over], EXTENSIONS) is over


def test_of_two_quick_attempts_the_nearest_that_is_still_alone_is_the_other_side() -> None:
    first, second = dials(0, "a-1"), dials(6, "a-2")
    assert other_side(bob_rings(5.8), [first, second], EXTENSIONS) is second
    answered_first = replace(call_of(bob_rings(0.2), id="b-1"), conversation="a-1")
    assert other_side(bob_rings(1), [first, second, answered_first], EXTENSIONS) is second


def test_calls_further_apart_than_15_seconds_are_strangers() -> None:
    assert other_side(bob_rings(15.5), [dials(0)], EXTENSIONS) is None


def test_a_phone_that_has_no_news_of_its_call_ends_nobody_elses() -> None:
    talk = {"direction": Direction.internal, "answered_at": START + 1000}
    alice = dials(0, **talk)
    bob = replace(
        call_of(bob_rings(0), id="b-1"), conversation="a-1", ended_at=START + 600_000, **talk
    )
    assert is_over_by(alice, replace(bob, ended_by=EndedBy.remote, cause=Cause.completed))
    assert is_over_by(
        alice, replace(bob, ended_by=EndedBy.system, cause=Cause.failed, provider_code="ice_failed")
    )
    assert not is_over_by(
        alice, replace(bob, ended_by=EndedBy.system, cause=Cause.failed, provider_code=NO_NEWS)
    )


def test_two_sides_met_when_the_first_ended_as_the_second_began_and_at_most_15_seconds_apart() -> (
    None
):
    ended = dials(0, ended_at=dials(1).started_at)
    assert other_side(bob_rings(1), [ended], EXTENSIONS) is ended
    assert other_side(bob_rings(15), [dials(0)], EXTENSIONS) == dials(0)
    assert other_side(bob_rings(15.001), [dials(0)], EXTENSIONS) is None


def test_a_first_match_is_as_near_as_it_is_asked_to_be() -> None:
    call = call_of(told(EventType.ringing))
    assert first_match(told_by_webhook(EventType.ringing, 2), [call], within_ms=2_000) is call
    assert first_match(told_by_webhook(EventType.ringing, 2), [call], within_ms=1_999) is None
