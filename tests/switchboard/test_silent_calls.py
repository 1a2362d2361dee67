"""A call whose browser is silent: who may say that it is over."""

from __future__ import annotations

import pytest

from console.domain.call import Call
from console.services.unit_of_work import UnitOfWork
from tests.cast import Cast
from tests.switchboard.silent_office import GIVEN_UP, SILENT, Office, rings, talk
from tests.switchboard.test_switchboard import Phone


def test_silent_talk_goes_on_when_a_colleague_stops_ringing(
    cast_: Cast,
    office: Office,
    alice: Phone,
    bob: Phone,
) -> None:
    rings(alice, "a", "0912345678")
    rings(bob, "b", "0912345678")
    alice.says("answered", "a", 1000)
    office.silent("alice", "alice-1")
    bob.says("ended", "b", 1100, cause="answered_elsewhere", ended_by="remote")
    office.looks()
    assert office.states() == ["active"]


@pytest.mark.parametrize("event", ["ringing", "dialing"])
def test_unanswered_call_of_a_dead_page_ends_with_the_ring_time(
    office: Office, alice: Phone, event: str
) -> None:
    alice.says(
        event, "a", direction="inbound" if event == "ringing" else "outbound", number="0912345678"
    )
    office.silent("alice", "alice-1")
    office.began("alice", 50_000)
    office.looks()
    assert office.states() == [event]
    office.began("alice", 61_000)
    office.looks()
    assert office.states() == ["ended"]


@pytest.mark.parametrize("broken", ["alice", "bob"])
def test_a_call_that_cannot_be_ended_keeps_no_other_from_its_end(
    monkeypatch: pytest.MonkeyPatch, office: Office, alice: Phone, bob: Phone, broken: str
) -> None:
    for phone in (alice, bob):
        phone.says("ringing", phone.agent, direction="inbound", number="0912345678")
        office.silent(phone.agent, f"{phone.agent}-1")
        office.began(phone.agent, 61_000)
    end = office.cast.switchboard.end_by_system

    def fail_for_one(unit: UnitOfWork, call: Call) -> None:
        if call.agent == broken:
            raise RuntimeError
        end(unit, call)

    monkeypatch.setattr(office.cast.switchboard, "end_by_system", fail_for_one)
    office.looks()
    assert {agent: office.states(agent) for agent in ("alice", "bob")} == {
        "alice": ["ended"],
        "bob": ["ended"],
    } | {broken: ["ringing"]}
    monkeypatch.undo()
    office.looks()
    assert office.states(broken) == ["ended"]


def test_an_unanswered_call_of_a_live_page_rings_on(office: Office, alice: Phone) -> None:
    rings(alice, "a", "0912345678")
    office.began("alice", 300_000)
    office.looks()
    assert office.states() == ["ringing"]


def test_silent_talk_is_over_when_the_far_phone_hangs_up(
    office: Office,
    alice: Phone,
    bob: Phone,
) -> None:
    talk(alice, bob)
    office.silent("alice", "alice-1")
    bob.says("ended", "b", 9000, ended_by="agent", cause="completed")
    assert office.states() == ["ended"]


def test_talk_falls_silent_after_the_far_phone_hung_up_and_ends(
    office: Office,
    alice: Phone,
    bob: Phone,
) -> None:
    talk(alice, bob)
    bob.says("ended", "b", 9000, ended_by="agent", cause="completed")
    assert office.states() == ["active"]
    office.silent("alice", "alice-1")
    office.looks()
    assert office.states() == ["ended"]


def test_far_phone_that_ends_the_call_for_want_of_sound_ends_it(
    office: Office,
    alice: Phone,
    bob: Phone,
) -> None:
    talk(alice, bob)
    office.silent("alice", "alice-1")
    bob.says("ended", "b", 9000, ended_by="system", cause="failed", provider_code="ice_failed")
    assert office.states() == ["ended"]


@pytest.mark.parametrize("end", [("agent", "transferred"), ("system", "failed")])
def test_far_phone_that_did_not_hang_up_says_nothing(
    office: Office,
    alice: Phone,
    bob: Phone,
    end: tuple[str, str],
) -> None:
    talk(alice, bob)
    office.silent("alice", "alice-1")
    bob.says("ended", "b", 9000, ended_by=end[0], cause=end[1])
    office.looks()
    assert office.states() == ["active"]


def test_far_phone_that_only_rang_says_nothing(office: Office, alice: Phone, bob: Phone) -> None:
    alice.says("dialing", "a", direction="outbound", number="1002", external=[["sip", "x"]])
    rings(bob, "b")
    office.silent("alice", "alice-1")
    bob.says("ended", "b", 9000, ended_by="remote", cause="missed")
    office.began("alice", 1_000)
    office.looks()
    assert office.states() == ["dialing"]


def test_given_up_call_does_not_end_its_silent_far_side(
    office: Office,
    alice: Phone,
    bob: Phone,
) -> None:
    talk(alice, bob)
    office.silent("alice", "alice-1")
    office.silent("bob", "bob-1", GIVEN_UP)
    office.looks()
    assert (office.states(), office.states("bob")) == (["active"], ["ended"])


def test_silent_call_is_given_up_after_ten_minutes(office: Office, alice: Phone) -> None:
    rings(alice, "a", "0912345678")
    office.silent("alice", "alice-1", GIVEN_UP)
    office.looks()
    (call,) = office.cast.calls("alice")
    assert (call.state, call.ended_by, call.cause) == ("ended", "system", "failed")


def test_no_call_ends_before_its_page_had_time_to_return(
    cast_: Cast,
    alice: Phone,
    bob: Phone,
) -> None:
    talk(alice, bob)
    fresh = Office(cast_, grace=35_000)
    fresh.silent("alice", "alice-1", GIVEN_UP)
    bob.says("ended", "b", 9000, ended_by="agent", cause="completed")
    fresh.looks()
    assert fresh.states() == ["active"]
    leases = cast_.leases
    leases.clock.grace_until = 0
    fresh.looks()
    assert fresh.states() == ["ended"]


def test_each_silence_and_each_return_is_shown_once(
    office: Office, alice: Phone, bob: Phone
) -> None:
    talk(alice, bob)
    for silence in (SILENT, 0, SILENT, 0):
        office.silent("alice", "alice-1", silence)
        before = len(office.cast.lines)
        for _ in range(2):
            office.looks()
        assert [line.payload["agent"]["id"] for line in office.cast.lines[before:]] == ["alice"]


@pytest.mark.parametrize(("silence", "shown"), [(34_999, 0), (35_000, 1)])
def test_a_talk_is_shown_as_silent_from_the_35th_second_on(
    still_clock: None, office: Office, alice: Phone, bob: Phone, silence: int, shown: int
) -> None:
    talk(alice, bob)
    office.silent("alice", "alice-1", silence)
    before = len(office.cast.lines)
    office.looks()
    assert len(office.cast.lines) == before + shown
