"""A call whose browser is silent: who may say that it is over."""

from __future__ import annotations

import pytest

from console.domain.call import Call
from console.services.unit_of_work import UnitOfWork
from tests.cast import Cast
from tests.services.call_worker import GIVEN_UP, SILENT, CallWorker, rings, talk
from tests.services.test_switchboard import Phone


def test_a_silent_call_goes_on_when_a_colleague_stops_ringing(
    cast_: Cast, worker: CallWorker, alice: Phone, bob: Phone
) -> None:
    rings(alice, "a", "0912345678")
    rings(bob, "b", "0912345678")
    alice.says("answered", "a", 1000)
    worker.silent("alice", "alice-1")
    bob.says("ended", "b", 1100, cause="answered_elsewhere", ended_by="remote")
    worker.tick()
    assert worker.states() == ["active"]


@pytest.mark.parametrize("event", ["ringing", "dialing"])
def test_unanswered_call_of_a_dead_page_ends_with_the_ring_time(
    worker: CallWorker, alice: Phone, event: str
) -> None:
    alice.says(
        event, "a", direction="inbound" if event == "ringing" else "outbound", number="0912345678"
    )
    worker.silent("alice", "alice-1")
    worker.began("alice", 50_000)
    worker.tick()
    assert worker.states() == [event]
    worker.began("alice", 61_000)
    worker.tick()
    assert worker.states() == ["ended"]


@pytest.mark.parametrize("broken", ["alice", "bob"])
def test_a_call_that_cannot_be_ended_keeps_no_other_from_its_end(
    monkeypatch: pytest.MonkeyPatch, worker: CallWorker, alice: Phone, bob: Phone, broken: str
) -> None:
    for phone in (alice, bob):
        phone.says("ringing", phone.agent, direction="inbound", number="0912345678")
        worker.silent(phone.agent, f"{phone.agent}-1")
        worker.began(phone.agent, 61_000)
    end = worker.cast.switchboard.end_by_system

    def fail_for_one(unit: UnitOfWork, call: Call) -> None:
        if call.agent == broken:
            raise RuntimeError
        end(unit, call)

    monkeypatch.setattr(worker.cast.switchboard, "end_by_system", fail_for_one)
    worker.tick()
    assert {agent: worker.states(agent) for agent in ("alice", "bob")} == {
        "alice": ["ended"],
        "bob": ["ended"],
    } | {broken: ["ringing"]}
    monkeypatch.undo()
    worker.tick()
    assert worker.states(broken) == ["ended"]


def test_an_unanswered_call_of_a_live_page_rings_on(worker: CallWorker, alice: Phone) -> None:
    rings(alice, "a", "0912345678")
    worker.began("alice", 300_000)
    worker.tick()
    assert worker.states() == ["ringing"]


def test_a_silent_call_ends_when_the_far_phone_hangs_up(
    worker: CallWorker, alice: Phone, bob: Phone
) -> None:
    talk(alice, bob)
    worker.silent("alice", "alice-1")
    bob.says("ended", "b", 9000, ended_by="agent", cause="completed")
    assert worker.states() == ["ended"]


def test_a_call_silent_after_the_far_hang_up_ends(
    worker: CallWorker, alice: Phone, bob: Phone
) -> None:
    talk(alice, bob)
    bob.says("ended", "b", 9000, ended_by="agent", cause="completed")
    assert worker.states() == ["active"]
    worker.silent("alice", "alice-1")
    worker.tick()
    assert worker.states() == ["ended"]


def test_far_phone_ending_for_lack_of_audio_ends_the_call(
    worker: CallWorker, alice: Phone, bob: Phone
) -> None:
    talk(alice, bob)
    worker.silent("alice", "alice-1")
    bob.says("ended", "b", 9000, ended_by="system", cause="failed", provider_code="ice_failed")
    assert worker.states() == ["ended"]


@pytest.mark.parametrize("end", [("agent", "transferred"), ("system", "failed")])
def test_far_phone_without_a_hang_up_ends_no_call(
    worker: CallWorker, alice: Phone, bob: Phone, end: tuple[str, str]
) -> None:
    talk(alice, bob)
    worker.silent("alice", "alice-1")
    bob.says("ended", "b", 9000, ended_by=end[0], cause=end[1])
    worker.tick()
    assert worker.states() == ["active"]


def test_far_phone_that_only_rang_ends_no_call(
    worker: CallWorker, alice: Phone, bob: Phone
) -> None:
    alice.says("dialing", "a", direction="outbound", number="1002", external=[["sip", "x"]])
    rings(bob, "b")
    worker.silent("alice", "alice-1")
    bob.says("ended", "b", 9000, ended_by="remote", cause="missed")
    worker.began("alice", 1_000)
    worker.tick()
    assert worker.states() == ["dialing"]


def test_given_up_call_does_not_end_its_silent_far_side(
    worker: CallWorker, alice: Phone, bob: Phone
) -> None:
    talk(alice, bob)
    worker.silent("alice", "alice-1")
    worker.silent("bob", "bob-1", GIVEN_UP)
    worker.tick()
    assert (worker.states(), worker.states("bob")) == (["active"], ["ended"])


def test_silent_call_is_given_up_after_ten_minutes(worker: CallWorker, alice: Phone) -> None:
    rings(alice, "a", "0912345678")
    worker.silent("alice", "alice-1", GIVEN_UP)
    worker.tick()
    (call,) = worker.cast.calls("alice")
    assert (call.state, call.ended_by, call.cause) == ("ended", "system", "failed")


def test_no_call_ends_before_its_page_had_time_to_return(
    cast_: Cast, alice: Phone, bob: Phone
) -> None:
    talk(alice, bob)
    fresh = CallWorker(cast_, grace=35_000)
    fresh.silent("alice", "alice-1", GIVEN_UP)
    bob.says("ended", "b", 9000, ended_by="agent", cause="completed")
    fresh.tick()
    assert fresh.states() == ["active"]
    leases = cast_.leases
    leases.clock.grace_until = 0
    fresh.tick()
    assert fresh.states() == ["ended"]


def test_each_silence_and_each_return_is_shown_once(
    worker: CallWorker, alice: Phone, bob: Phone
) -> None:
    talk(alice, bob)
    for silence in (SILENT, 0, SILENT, 0):
        worker.silent("alice", "alice-1", silence)
        before = len(worker.cast.entries)
        for _ in range(2):
            worker.tick()
        assert [entry.payload["agent"]["id"] for entry in worker.cast.entries[before:]] == ["alice"]


@pytest.mark.parametrize(("silence", "shown"), [(34_999, 0), (35_000, 1)])
def test_a_call_is_shown_as_silent_after_35_s(
    still_clock: None, worker: CallWorker, alice: Phone, bob: Phone, silence: int, shown: int
) -> None:
    talk(alice, bob)
    worker.silent("alice", "alice-1", silence)
    before = len(worker.cast.entries)
    worker.tick()
    assert len(worker.cast.entries) == before + shown
