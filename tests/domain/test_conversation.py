from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from console.domain.call import Call
from console.domain.conversation import first_match, is_over_by, other_side, same_call
from console.domain.enums import NO_NEWS, Cause, Direction, EndedBy, EventType
from console.domain.events import CallEvent

from .call_samples import START, call_of, phone_event, webhook_event

EXTENSIONS = {"alice": "1001", "bob": "1002", "carol": "1003"}


def dials(second: float, id: str = "a-1", **changes: Any) -> Call:
    call = call_of(
        phone_event(EventType.dialing, second, agent="alice", number="1002", call=f"phone-{id}"),
        id=id,
    )
    return replace(call, conversation=id, **changes)


def bob_rings(second: float, **changes: Any) -> CallEvent:
    return phone_event(
        EventType.ringing, second, agent="bob", number="1001", call="phone-b", **changes
    )


def test_webhook_ring_matches_the_phones_ring_within_15_s() -> None:
    call = call_of(phone_event(EventType.ringing))
    assert same_call(call, webhook_event(EventType.ringing, 15))
    assert same_call(call, webhook_event(EventType.ringing, -15))
    assert same_call(call, webhook_event(EventType.ended, 2))
    assert not same_call(call, webhook_event(EventType.ringing, 15.001))


@pytest.mark.parametrize(
    "change",
    [
        {"agent": "bob"},
        {"number": "1002"},
        {"connection": "other"},
        {"direction": Direction.outbound},
    ],
)
def test_calls_differ_by_agent_number_connection_or_direction(change: dict[str, str]) -> None:
    assert not same_call(
        call_of(phone_event(EventType.ringing)), webhook_event(EventType.answered, 1, **change)
    )


def test_dialled_call_does_not_match_a_ring() -> None:
    assert not same_call(
        call_of(phone_event(EventType.ringing)), webhook_event(EventType.dialing, 1)
    )
    assert not same_call(
        call_of(phone_event(EventType.dialing)), webhook_event(EventType.ringing, 1)
    )


def test_two_ids_of_one_phone_are_two_calls() -> None:
    assert not same_call(
        call_of(phone_event(EventType.ringing)), phone_event(EventType.ringing, 1, call="p-2")
    )
    assert same_call(
        call_of(webhook_event(EventType.ringing)), phone_event(EventType.ringing, 1, call="p-2")
    )


def test_first_event_matches_the_oldest_call() -> None:
    first, second = (
        call_of(phone_event(EventType.ringing, 1), id="first"),
        call_of(phone_event(EventType.ringing, 4), id="second"),
    )
    assert first_match(webhook_event(EventType.ringing, 5), [second, first]) is first
    assert first_match(webhook_event(EventType.ringing, 60), [second, first]) is None


def test_both_sides_of_an_internal_call_are_one_conversation() -> None:
    alice = dials(0)
    assert other_side(bob_rings(0.2), [alice], EXTENSIONS) is alice
    bob = call_of(bob_rings(0), id="b-1")
    news = phone_event(EventType.dialing, 0.2, agent="alice", number="1002")
    assert other_side(news, [bob], EXTENSIONS) is bob


def test_call_of_a_third_agent_is_another_conversation() -> None:
    assert other_side(bob_rings(0.2), [dials(0, agent="carol")], EXTENSIONS) is None
    assert other_side(bob_rings(0.2), [dials(0, number="1003")], EXTENSIONS) is None
    assert other_side(bob_rings(0.2), [dials(0, connection="other")], EXTENSIONS) is None


def test_two_external_rings_are_not_one_conversation() -> None:
    alice = call_of(phone_event(EventType.ringing, agent="alice", number="1002"))
    assert other_side(bob_rings(0.2), [alice], EXTENSIONS) is None


def test_ended_call_is_not_the_other_side_of_a_later_one() -> None:
    over = call_of(
        phone_event(EventType.dialing, 0, agent="alice", number="1002"),
        phone_event(
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


def test_nearest_free_attempt_is_the_other_side() -> None:
    first, second = dials(0, "a-1"), dials(6, "a-2")
    assert other_side(bob_rings(5.8), [first, second], EXTENSIONS) is second
    answered_first = replace(call_of(bob_rings(0.2), id="b-1"), conversation="a-1")
    assert other_side(bob_rings(1), [first, second, answered_first], EXTENSIONS) is second


def test_calls_more_than_15_s_apart_do_not_match() -> None:
    assert other_side(bob_rings(15.5), [dials(0)], EXTENSIONS) is None


def test_phone_without_news_of_its_call_ends_no_other() -> None:
    talk = {"direction": Direction.internal, "answered_at": START + 1000}
    alice = dials(0, **talk)
    bob = replace(
        call_of(bob_rings(0), id="b-1"), conversation="a-1", ended_at=START + 600_000, **talk
    )
    assert is_over_by(alice, replace(bob, ended_by=EndedBy.remote, reported_cause=Cause.completed))
    assert is_over_by(
        alice,
        replace(
            bob, ended_by=EndedBy.system, reported_cause=Cause.failed, provider_code="ice_failed"
        ),
    )
    assert not is_over_by(
        alice,
        replace(bob, ended_by=EndedBy.system, reported_cause=Cause.failed, provider_code=NO_NEWS),
    )


def test_two_sides_match_up_to_15_s_apart() -> None:
    ended = dials(0, ended_at=dials(1).started_at)
    assert other_side(bob_rings(1), [ended], EXTENSIONS) is ended
    assert other_side(bob_rings(15), [dials(0)], EXTENSIONS) == dials(0)
    assert other_side(bob_rings(15.001), [dials(0)], EXTENSIONS) is None


def test_first_match_respects_its_time_limit() -> None:
    call = call_of(phone_event(EventType.ringing))
    assert first_match(webhook_event(EventType.ringing, 2), [call], within_ms=2_000) is call
    assert first_match(webhook_event(EventType.ringing, 2), [call], within_ms=1_999) is None
