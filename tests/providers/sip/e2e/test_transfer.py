"""Blind and attended transfers between agents' browsers, on a real exchange."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.frame.phones import Phone, call_of, until

NewPhone = Callable[..., Phone]
Talking = Callable[..., tuple[Phone, Phone]]


def ended(phone: Phone, call: str, **fields: Any) -> None:
    phone.expect("ended", call=call, **fields)


def test_a_call_is_transferred_blind(phone: NewPhone, talking: Talking) -> None:
    """Bob is on a call with Alice and transfers it to Carol. Alice's phone places the new call
    itself.
    """
    alice, bob = talking()
    carol = phone("1003")
    first, bobs = call_of(alice), call_of(bob)
    assert bob.command("transfer_blind", call=bobs, number="1003") == "ok"
    bob.expect("held", call=bobs, by="agent")
    dialing = alice.expect("dialing", number="1003", line=2, direction="outbound", follows=first)
    assert carol.command("answer", call=carol.expect("ringing", number="1001")["call"]) == "ok"
    bob.expect("transferred", call=bobs)
    ended(bob, bobs, ended_by="agent", cause="transferred")
    ended(alice, first, ended_by="remote", cause="transferred")
    alice.expect("answered", call=dialing["call"])
    for one in (alice, carol):
        one.hears()
    bob.expect_status(calls=[])
    alice.expect_status(calls=[dialing["call"]])


@pytest.mark.parametrize(
    ("number", "sip_code", "cause"),
    [("9486", 486, "busy"), ("9404", 404, "not_found"), ("9480", 480, "no_answer")],
)
def test_a_call_goes_on_after_a_failed_transfer(
    talking: Talking, number: str, sip_code: int, cause: str
) -> None:
    alice, bob = talking()
    first, bobs = call_of(alice), call_of(bob)
    assert bob.command("transfer_blind", call=bobs, number=number) == "ok"
    failed = bob.expect("transfer_failed", call=bobs)
    assert {"sip_code": sip_code, "cause": cause}.items() <= failed.items() and failed[
        "provider_code"
    ]
    assert alice.expect("failed", cause=cause)["call"] != first
    alice.expect_status(calls=[first])
    bob.expect_status(calls=[bobs])
    assert bob.command("unhold", call=bobs) == "ok"
    for one in (alice, bob):
        one.hears()


def test_a_transfer_succeeds_after_a_failed_one(phone: NewPhone, talking: Talking) -> None:
    _, bob = talking()
    carol = phone("1003")
    bobs = call_of(bob)
    assert bob.command("transfer_blind", call=bobs, number="9486") == "ok"
    bob.expect("transfer_failed")
    assert bob.command("transfer_blind", call=bobs, number="1003") == "ok"
    assert carol.command("answer", call=carol.expect("ringing")["call"]) == "ok"
    ended(bob, bobs, cause="transferred")
    carol.hears()


def test_only_one_transfer_of_a_call_is_under_way(phone: NewPhone, talking: Talking) -> None:
    _, bob = talking()
    carol = phone("1003")
    assert bob.command("transfer_blind", call=call_of(bob), number="1003") == "ok"
    assert bob.command("transfer_blind", call=call_of(bob), number="1004") == "not_allowed_now"
    assert bob.command("transfer_blind", call=call_of(bob), number="not a number") == "bad_number"
    assert carol.command("reject", call=carol.expect("ringing")["call"]) == "ok"
    assert bob.expect("transfer_failed")["cause"] == "rejected"


def test_a_hang_up_before_the_target_answers_is_no_transfer(
    phone: NewPhone, talking: Talking
) -> None:
    alice, bob = talking()
    carol = phone("1003")
    first, bobs = call_of(alice), call_of(bob)
    assert bob.command("transfer_blind", call=bobs, number="1003") == "ok"
    carol.expect("ringing")
    alice.expect("dialing", follows=first)
    assert alice.command("hangup", call=first) == "ok"
    ended(bob, bobs, ended_by="remote", cause="completed")
    assert bob.events("transferred") == []


def test_the_agent_may_leave_before_the_other_answers(phone: NewPhone, talking: Talking) -> None:
    alice, bob = talking()
    carol = phone("1003")
    bobs = call_of(bob)
    assert bob.command("transfer_blind", call=bobs, number="1003") == "ok"
    ringing = carol.expect("ringing")["call"]
    assert bob.command("hangup", call=bobs) == "ok"
    ended(bob, bobs, ended_by="agent", cause="completed")
    assert carol.command("answer", call=ringing) == "ok"
    for one in (alice, carol):
        until(lambda one=one: len(one.status["calls"]) == 1, "one call")  # type: ignore[misc]
        one.hears()


@pytest.mark.parametrize("chosen", [None, False])
def test_phone_follows_transfers_only_if_its_connection_does(
    phone: NewPhone, talking: Talking, chosen: bool | None
) -> None:
    alice, bob = talking(alice=phone("1001", sip={"follow_transfers": chosen}))
    assert bob.command("transfer_blind", call=call_of(bob), number="1003") == "ok"
    assert bob.expect("transfer_failed")["sip_code"] == 603
    assert len(alice.events("dialing")) == 1 and alice.status["calls"]


def test_a_fenced_phone_keeps_its_call_and_refuses_transfers(talking: Talking) -> None:
    """Another client may own it by now (the fence): what the far side asks for is a new
    call too.
    """
    alice, bob = talking()
    alice.fence(True)
    assert bob.command("transfer_blind", call=call_of(bob), number="1003") == "ok"
    assert bob.expect("transfer_failed")["sip_code"] == 603
    assert alice.command("consult", call=call_of(alice), number="1003") == "fenced"
    assert bob.command("unhold", call=call_of(bob)) == "ok"
    for one in (alice, bob):
        one.hears()


def consulted(alice: Phone, bob: Phone, carol: Phone) -> tuple[str, str, str]:
    """Bob, in a call with Alice, consults Carol: Bob's two calls, and Carol's."""
    bobs = call_of(bob)
    assert bob.command("consult", call=bobs, number="1003") == "ok"
    asking = bob.expect("dialing", line=2, number="1003", consults=bobs)["call"]
    bob.expect("held", call=bobs, by="agent")
    alice.expect("held", by="remote")
    carols: str = carol.expect("ringing", number="1002")["call"]
    assert carol.command("answer", call=carols) == "ok"
    bob.expect("answered", call=asking)
    return bobs, asking, carols


def test_a_call_is_transferred_after_a_consultation(phone: NewPhone, talking: Talking) -> None:
    """Alice's phone calls Carol's in Bob's place; Carol's takes that call without a ring."""
    alice, bob = talking()
    carol = phone("1003")
    first = call_of(alice)
    bobs, asking, carols = consulted(alice, bob, carol)
    assert bob.command("transfer_attended", call=bobs) == "ok"
    for call in (bobs, asking):
        bob.expect("transferred", call=call)
        ended(bob, call, cause="transferred", ended_by="agent")
    ended(alice, first, ended_by="remote", cause="transferred")
    ended(carol, carols, ended_by="remote", cause="transferred")
    taken = carol.expect("answered", replaces=carols, number="1001", line=1, direction="inbound")
    carol.expect_status(calls=[taken["call"]])
    assert len(carol.events("ringing")) == 1
    for one in (alice, carol):
        one.hears()


def test_two_unrelated_callers_are_not_joined(phone: NewPhone, talking: Talking) -> None:
    alice, bob = talking()
    carol = phone("1003")
    first = call_of(bob)
    carol.command("dial", number="1002")
    second = bob.expect("ringing", line=2)["call"]
    assert bob.command("answer", call=second) == "ok"
    carol.expect("answered")
    assert bob.command("transfer_attended", call=first, other=second) == "no_consultation"
    assert bob.command("transfer_attended", call=first) == "no_call"
    bob.expect_status(calls=[first, second])
    assert bob.events("transferred") == alice.events("ended") == []
    carol.hears()


def test_call_dialled_beside_the_first_is_no_consultation(
    two_dialled: tuple[Phone, str, str],
) -> None:
    bob, first, second = two_dialled
    assert bob.command("transfer_attended", call=first, other=second) == "no_consultation"
    bob.expect_status(calls=[first, second])


@pytest.fixture
def two_dialled(phone: NewPhone, talking: Talking) -> tuple[Phone, str, str]:
    """Bob is on a call with Alice, and then dials Carol without a consultation."""
    _, bob = talking()
    carol = phone("1003")
    first = call_of(bob)
    assert bob.command("dial", number="1003") == "ok"
    assert carol.command("answer", call=carol.expect("ringing")["call"]) == "ok"
    return bob, first, bob.expect("answered", call=bob.expect("dialing", line=2)["call"])["call"]


def test_the_asked_side_may_be_replaced_and_is_still_joined(
    phone: NewPhone, talking: Talking
) -> None:
    """Carol consults Dave about Bob's consultation and transfers it."""
    alice, bob = talking()
    carol, dave = phone("1003"), phone("1004")
    bobs, asking, carols = consulted(alice, bob, carol)
    assert carol.command("consult", call=carols, number="1004") == "ok"
    assert dave.command("answer", call=dave.expect("ringing", number="1003")["call"]) == "ok"
    second = carol.expect("answered", call=carol.expect("dialing", number="1004")["call"])["call"]
    assert carol.command("transfer_attended", call=second, other=carols) == "ok"
    taken = bob.expect("answered", replaces=asking, consults=bobs)["call"]
    bob.expect("ended", call=asking)
    assert bob.command("transfer_attended", call=bobs, other=taken) == "ok"
    for call in (bobs, taken):
        ended(bob, call, cause="transferred", ended_by="agent")
    for one in (alice, dave):
        one.hears()


def test_a_mute_outlives_the_change_of_the_far_side(phone: NewPhone, talking: Talking) -> None:
    alice, bob = talking()
    carol = phone("1003")
    bobs, _, carols = consulted(alice, bob, carol)
    assert carol.command("mute", call=carols) == "ok"
    assert carol.command("mute_audio", call=carols) == "ok"
    assert bob.command("transfer_attended", call=bobs) == "ok"
    taken = carol.expect("answered", replaces=carols)["call"]
    carol.expect("muted", call=taken)
    until(lambda: carol.status["calls"] == [taken], "the old call is over")
    assert not carol.stats()["track_enabled"] and carol.status["audioMuted"] == [taken]


def test_a_muted_agent_is_transferred_muted(phone: NewPhone, talking: Talking) -> None:
    alice, bob = talking()
    carol = phone("1003")
    assert alice.command("mute", call=call_of(alice)) == "ok"
    assert bob.command("transfer_blind", call=call_of(bob), number="1003") == "ok"
    assert carol.command("answer", call=carol.expect("ringing")["call"]) == "ok"
    alice.expect("muted", call=alice.expect("dialing", number="1003")["call"])
    alice.expect("ended", cause="transferred")
    assert not alice.stats()["track_enabled"]


def test_back_returns_to_the_first_call_after_a_refusal(phone: NewPhone, talking: Talking) -> None:
    alice, bob = talking()
    carol = phone("1003")
    bobs, asking, _ = consulted(alice, bob, carol)
    assert bob.command("hangup", call=asking) == "ok"
    assert bob.command("unhold", call=bobs) == "ok"
    alice.expect("resumed", by="remote")
    assert bob.command("transfer_attended", call=bobs) == "no_call"
    for one in (alice, bob):
        one.hears()


def test_a_ringing_target_cannot_be_joined_yet(phone: NewPhone, talking: Talking) -> None:
    _, bob = talking()
    phone("1003")
    assert bob.command("consult", call=call_of(bob), number="1003") == "ok"
    assert bob.command("transfer_attended", call=bob.status["calls"][0]) == "not_allowed_now"
