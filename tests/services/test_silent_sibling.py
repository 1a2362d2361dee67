"""A far phone's hang-up ends our call: same conversation, a reported hang-up, a silent browser."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.services.call_worker import CallWorker, talk
from tests.services.test_switchboard import Phone


@pytest.fixture
def ada(cast_: Cast, worker: CallWorker) -> Phone:
    return Phone(cast_, "ada", "ada-1")


def hangs_up(phone: Phone, call: str) -> None:
    phone.says("ended", call, 9000, ended_by="agent", cause="completed")


@pytest.mark.parametrize(("silence", "state"), [(34_999, "active"), (35_000, "ended")])
def test_a_browser_is_silent_from_the_35th_second_on(
    still_clock: None, worker: CallWorker, alice: Phone, bob: Phone, silence: int, state: str
) -> None:
    talk(alice, bob)
    worker.silent("alice", "alice-1", silence)
    hangs_up(bob, "b")
    assert worker.states() == [state]


def test_a_silent_call_survives_another_call_of_its_colleague(
    worker: CallWorker, alice: Phone, bob: Phone, ada: Phone
) -> None:
    talk(alice, bob)
    ada.says("dialing", "c", 60_000, direction="outbound", number="1002", external=[["sip", "y"]])
    bob.says("ringing", "d", 60_200, direction="inbound", number="1003", external=[["sip", "y"]])
    for phone, call in ((ada, "c"), (bob, "d")):
        phone.says("answered", call, 61_000)
        worker.silent(phone.agent, f"{phone.agent}-1")
    worker.silent("alice", "alice-1")
    hangs_up(ada, "c")
    assert (worker.states(), worker.states("bob")) == (["active"], ["active", "ended"])


def test_a_silent_call_survives_a_ring_group_colleagues_hangup(
    worker: CallWorker, alice: Phone, bob: Phone
) -> None:
    for phone, call in ((alice, "a"), (bob, "b")):
        phone.says(
            "ringing", call, direction="inbound", number="0912345678", external=[["sip", "x"]]
        )
        phone.says("answered", call, 1000)
    worker.silent("alice", "alice-1")
    hangs_up(bob, "b")
    assert (worker.states(), worker.states("bob")) == (["active"], ["ended"])


def test_a_call_with_a_live_browser_ends_by_its_own_report(
    worker: CallWorker, alice: Phone, bob: Phone
) -> None:
    talk(alice, bob)
    hangs_up(bob, "b")
    worker.tick()
    assert worker.states() == ["active"]
    hangs_up(alice, "a")
    assert worker.states() == ["ended"]
