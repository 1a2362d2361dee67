"""A call that the system gave up comes back when a phone names it, and its end is undone."""

from __future__ import annotations

import pytest

from console.domain.enums import Availability
from console.services.agent_status import change_availability
from console.storage import agents, models
from tests.cast import Cast
from tests.services.call_worker import GIVEN_UP, CallWorker, rings
from tests.services.test_switchboard import START, Phone


def given_up(worker: CallWorker, alice: Phone) -> None:
    """Alice's call with a customer, ended by the system."""
    rings(alice, "a", "0912345678")
    alice.says("answered", "a", 1000)
    worker.silent("alice", "alice-1", GIVEN_UP)
    worker.tick()
    assert worker.states() == ["ended"]


def availability(worker: CallWorker) -> str:
    with worker.cast.database.read() as session:
        return agents.status_of(session, "alice").availability


def test_pong_that_names_a_given_up_call_brings_it_back(worker: CallWorker, alice: Phone) -> None:
    given_up(worker, alice)
    worker.pong("alice-1", "a")
    (call,) = worker.cast.calls("alice")
    assert (call.state, call.ended_by, call.cause) == ("active", None, None)
    lines = [entry.payload for entry in worker.cast.entries if entry.type == "agent"]
    assert [call["state"] for call in lines[-1]["agent"]["calls"]] == ["active"]
    assert lines[-1]["history"]


@pytest.mark.parametrize("by", ["agent", "remote"])
def test_a_pong_restores_no_call_that_a_person_ended(
    worker: CallWorker, alice: Phone, by: str
) -> None:
    rings(alice, "a", "0912345678")
    alice.says("ended", "a", 2000, ended_by=by)
    worker.pong("alice-1", "a")
    assert worker.states() == ["ended"]


def test_a_follower_on_a_call_restores_the_call(worker: CallWorker, alice: Phone) -> None:
    given_up(worker, alice)
    worker.pong("alice-1", "a", epoch=0)
    assert worker.states() == ["active"]


def test_call_that_a_follower_does_not_know_any_more_is_over(
    worker: CallWorker, alice: Phone
) -> None:
    rings(alice, "a", "0912345678")
    for _ in range(2):
        worker.pong("alice-1", epoch=0)
    assert worker.states() == ["ended"]


def test_wrap_up_of_a_false_end_is_over_when_the_call_is_back(
    worker: CallWorker, alice: Phone
) -> None:
    given_up(worker, alice)
    assert availability(worker) == "wrap_up"
    worker.pong("alice-1", "a")
    assert availability(worker) == "available"


def test_later_news_of_a_given_up_call_ends_its_wrap_up_too(
    cast_: Cast, worker: CallWorker, alice: Phone
) -> None:
    given_up(worker, alice)
    with cast_.database.read() as session:
        now = cast_.database.now(session)
    alice.says("held", "a", now + 1000 - START)
    assert (worker.states(), availability(worker)) == (["held"], "available")


def test_choice_made_after_a_false_end_stands(
    cast_: Cast, worker: CallWorker, alice: Phone
) -> None:
    given_up(worker, alice)
    with cast_.units.begin("home") as unit:
        change_availability(unit, "alice", Availability.away, "lunch")
    worker.pong("alice-1", "a")
    assert availability(worker) == "away"


def second_page(worker: CallWorker, *, previous_id: str = "") -> None:
    """Alice's page under a new client id."""
    worker.cast.holds("alice", "alice-2", 2)
    with worker.cast.database.write() as session:
        session.get_one(models.Client, ("alice", "alice-2")).previous_id = previous_id


def carrier(worker: CallWorker) -> str | None:
    return worker.cast.calls("alice")[0].carrier


def test_client_takes_a_call_over_from_a_carrier_without_socket(
    cast_: Cast, worker: CallWorker, alice: Phone
) -> None:
    rings(alice, "a", "0912345678")
    second_page(worker)
    with cast_.database.write() as session:
        session.get_one(models.Client, ("alice", "alice-1")).worker = ""
    worker.pong("alice-2", "a", epoch=2)
    assert carrier(worker) == "alice-2"


def test_client_takes_its_call_over_from_its_former_id(worker: CallWorker, alice: Phone) -> None:
    rings(alice, "a", "0912345678")
    second_page(worker, previous_id="alice-1")
    worker.pong("alice-2", "a", epoch=0)
    assert carrier(worker) == "alice-2"


def test_client_takes_no_call_over_from_a_connected_carrier(
    worker: CallWorker, alice: Phone
) -> None:
    rings(alice, "a", "0912345678")
    second_page(worker)
    worker.pong("alice-2", "a", epoch=2)
    assert carrier(worker) == "alice-1"


def test_old_page_without_a_moved_call_does_not_end_it(worker: CallWorker, alice: Phone) -> None:
    rings(alice, "a", "0912345678")
    old = worker.cast.switchboard
    with worker.cast.database.read() as session:
        lacking = worker.carriers.carried(session, ["alice"])["alice", "alice-1"]
    second_page(worker, previous_id="alice-1")
    worker.pong("alice-2", "a", epoch=2)
    worker.carriers.apply_pongs("home", lacking, [])
    assert (old is worker.cast.switchboard, worker.states()) == (True, ["ringing"])


def test_late_pong_of_a_page_that_signs_out_brings_nothing_back(
    worker: CallWorker, alice: Phone
) -> None:
    rings(alice, "a", "0912345678")
    worker.cast.sign_outs.sign_out("home", "alice", "alice alice-1", "alice-1")
    worker.pong("alice-1", "a")
    assert worker.states() == ["ended"]


def test_call_of_a_colleague_is_not_brought_back_by_its_id(
    worker: CallWorker, alice: Phone, bob: Phone
) -> None:
    rings(bob, "b", "0912345678")
    worker.silent("bob", "bob-1", GIVEN_UP)
    worker.tick()
    worker.pong("alice-1", "b")
    assert worker.states("bob") == ["ended"]
