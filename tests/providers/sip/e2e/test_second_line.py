"""Two calls at once: call waiting, swapping, and their effect on the rest of the phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.frame.phones import Phone, call_of, loudness, until

NewPhone = Callable[..., Phone]
Talking = Callable[..., tuple[Phone, Phone]]


def packets(phone: Phone, call: str) -> int:
    found: int = next(stats for stats in phone.all_stats() if stats["call"] == call)[
        "inbound_packets"
    ]
    return found


def hears_only(phone: Phone, call: str) -> None:
    """Sound of this call goes on coming in, and, once what was on its way has arrived, of
    no other.
    """

    def others_are_silent() -> bool:
        before = {stats["call"]: stats["inbound_packets"] for stats in phone.all_stats()}
        until(lambda: packets(phone, call) > before[call] + 30, f"{phone.name} hears the call")
        return all(packets(phone, other) - before[other] < 10 for other in before.keys() - {call})

    until(others_are_silent, "the held call is silent")


def test_answering_a_waiting_call_holds_the_first(phone: NewPhone, talking: Talking) -> None:
    alice, bob = talking()
    carol = phone("1003")
    first = call_of(bob)
    assert carol.command("dial", number="1002") == "ok"
    second = bob.expect("ringing", line=2)
    assert (
        second["waiting"]
        and second["number"] == "1003"
        and not bob.expect("ringing", line=1)["waiting"]
    )
    assert bob.command("answer", call=second["call"]) == "ok"
    bob.expect("held", call=first, by="agent")
    alice.expect("held", by="remote")
    bob.expect("answered", call=second["call"])
    hears_only(bob, second["call"])
    carol.hears()


@pytest.fixture
def two_calls(phone: NewPhone, talking: Talking) -> tuple[Phone, Phone, Phone, str, str]:
    """Bob holds Alice in call 1 and talks with Carol in call 2: the three, and Bob's two
    calls.
    """
    alice, bob = talking()
    carol = phone("1003")
    first = call_of(bob)
    assert bob.command("dial", number="1003") == "ok"
    second = bob.expect("dialing", line=2)["call"]
    assert carol.command("answer", call=carol.expect("ringing")["call"]) == "ok"
    bob.expect("answered", call=second)
    return alice, bob, carol, first, second


TwoCalls = tuple[Phone, Phone, Phone, str, str]


def test_a_second_call_is_dialled_while_the_first_holds(two_calls: TwoCalls) -> None:
    alice, bob, carol, first, second = two_calls
    alice.expect("held", by="remote")
    hears_only(bob, second)
    carol.hears()
    bob.expect_status(calls=[first, second])


def test_swap_changes_the_audible_caller(two_calls: TwoCalls) -> None:
    alice, bob, carol, first, second = two_calls
    assert bob.command("unhold", call=first) == "ok"
    bob.expect("held", call=second, by="agent")
    bob.expect("resumed", call=first, by="agent")
    carol.expect("held", by="remote")
    alice.expect("resumed", by="remote")
    hears_only(bob, first)
    assert bob.command("unhold", call=second) == "ok"
    bob.expect("resumed", call=second)
    hears_only(bob, second)
    assert bob.command("hangup", call=second) == "ok"
    carol.expect("ended")
    bob.expect_status(calls=[first])


def test_a_third_call_hears_busy_and_none_can_be_dialled(
    two_calls: TwoCalls, phone: NewPhone
) -> None:
    bob = two_calls[1]
    dave = phone("1004")
    assert bob.command("dial", number="1004") == "not_allowed_now"
    dave.command("dial", number="1002")
    assert dave.expect("failed")["sip_code"] == 486
    assert {"number": "1004", "cause": "missed", "sip_code": 486}.items() <= bob.expect(
        "missed"
    ).items()


def test_rejecting_a_waiting_call_keeps_the_first_active(phone: NewPhone, talking: Talking) -> None:
    alice, bob = talking()
    carol = phone("1003")
    carol.command("dial", number="1002")
    assert bob.command("reject", call=bob.expect("ringing", waiting=True)["call"]) == "ok"
    assert carol.expect("failed")["cause"] == "rejected"
    assert bob.events("held") == []
    alice.hears()


def test_a_line_that_is_free_again_is_used_first(two_calls: TwoCalls) -> None:
    alice, bob, _, first, second = two_calls
    assert alice.command("hangup", call=call_of(alice)) == "ok"
    bob.expect("ended", call=first)
    assert bob.command("dial", number="9486") == "ok"
    bob.expect("dialing", number="9486", line=1)
    bob.expect("failed", cause="busy")
    bob.expect_status(calls=[second])


def test_a_phone_that_is_dialling_cannot_turn_to_another_call(phone: NewPhone) -> None:
    bob, carol = phone("1002"), phone("1003")
    phone("1001")
    assert bob.command("dial", number="1001") == "ok"
    assert bob.command("dial", number="1004") == "not_allowed_now"
    carol.command("dial", number="1002")
    assert (
        bob.command("answer", call=bob.expect("ringing", waiting=True)["call"]) == "not_allowed_now"
    )


def test_two_calls_may_ring_at_once_and_the_other_rings_on(phone: NewPhone) -> None:
    alice, bob, carol = (phone(line) for line in ("1001", "1002", "1003"))
    for one in (alice, carol):
        one.command("dial", number="1002")
    first = bob.expect("ringing", number="1001")
    second = bob.expect("ringing", number="1003")
    assert (
        not first["waiting"] and not second["waiting"] and {first["line"], second["line"]} == {1, 2}
    )
    assert bob.command("answer", call=second["call"]) == "ok"
    carol.hears()
    assert bob.command("answer", call=first["call"]) == "ok"
    bob.expect("held", call=second["call"])
    alice.hears()


def test_an_agent_hears_nothing_of_a_call_that_goes_on(talking: Talking) -> None:
    """Incoming packets are counted, and the frame plays silence."""
    alice, bob = talking()
    call = call_of(alice)
    assert alice.command("mute_audio", call=call) == "ok"
    alice.expect_status(audioMuted=[call])
    assert loudness(alice) == 0
    alice.hears()
    assert alice.command("unmute_audio", call=call) == "ok"
    alice.expect_status(audioMuted=[])
    assert loudness(alice) > 0.01
    assert alice.events("muted") == bob.events("muted") == []
