"""A call that the system gave up comes back when a phone names it, and its end is undone."""

from __future__ import annotations

import pytest

from console.domain.enums import Availability
from console.storage import agents, models
from tests.cast import Cast
from tests.switchboard.silent_office import GIVEN_UP, Office, rings
from tests.switchboard.test_switchboard import START, Phone


def given_up(office: Office, alice: Phone) -> None:
    """Alice's talk with a customer, ended by the system."""
    rings(alice, "a", "0912345678")
    alice.says("answered", "a", 1000)
    office.silent("alice", "alice-1", GIVEN_UP)
    office.looks()
    assert office.states() == ["ended"]


def availability(office: Office) -> str:
    with office.cast.database.read() as session:
        return agents.status_of(session, "alice").availability


def test_pong_that_names_a_given_up_call_brings_it_back(office: Office, alice: Phone) -> None:
    given_up(office, alice)
    office.pong("alice-1", "a")
    (call,) = office.cast.calls("alice")
    assert (call.state, call.ended_by, call.cause) == ("active", None, None)
    lines = [line.payload for line in office.cast.lines if line.type == "agent"]
    assert [call["state"] for call in lines[-1]["agent"]["calls"]] == ["active"]
    assert lines[-1]["history"]


@pytest.mark.parametrize("by", ["agent", "remote"])
def test_pong_brings_no_call_back_that_somebody_ended(
    office: Office,
    alice: Phone,
    by: str,
) -> None:
    rings(alice, "a", "0912345678")
    alice.says("ended", "a", 2000, ended_by=by)
    office.pong("alice-1", "a")
    assert office.states() == ["ended"]


def test_follower_that_still_talks_brings_its_call_back(office: Office, alice: Phone) -> None:
    given_up(office, alice)
    office.pong("alice-1", "a", epoch=0)
    assert office.states() == ["active"]


def test_call_that_a_follower_does_not_know_any_more_is_over(office: Office, alice: Phone) -> None:
    rings(alice, "a", "0912345678")
    for _ in range(2):
        office.pong("alice-1", epoch=0)
    assert office.states() == ["ended"]


def test_wrap_up_of_a_false_end_is_over_when_the_call_is_back(office: Office, alice: Phone) -> None:
    given_up(office, alice)
    assert availability(office) == "wrap_up"
    office.pong("alice-1", "a")
    assert availability(office) == "available"


def test_later_news_of_a_given_up_call_ends_its_wrap_up_too(
    cast_: Cast,
    office: Office,
    alice: Phone,
) -> None:
    given_up(office, alice)
    with cast_.database.read() as session:
        now = cast_.database.now(session)
    alice.says("held", "a", now + 1000 - START)
    assert (office.states(), availability(office)) == (["held"], "available")


def test_choice_made_after_a_false_end_stands(cast_: Cast, office: Office, alice: Phone) -> None:
    given_up(office, alice)
    with cast_.units.begin("home") as unit:
        cast_.switchboard.change_availability(unit, "alice", Availability.away, "lunch")
    office.pong("alice-1", "a")
    assert availability(office) == "away"


def second_page(office: Office, *, previous_id: str = "") -> None:
    """Alice's page under a new client id."""
    office.cast.holds("alice", "alice-2", 2)
    with office.cast.database.write() as session:
        session.get_one(models.Client, ("alice", "alice-2")).previous_id = previous_id


def carrier(office: Office) -> str | None:
    return office.cast.calls("alice")[0].carrier


def test_client_takes_a_call_over_from_a_carrier_without_socket(
    cast_: Cast,
    office: Office,
    alice: Phone,
) -> None:
    rings(alice, "a", "0912345678")
    second_page(office)
    with cast_.database.write() as session:
        session.get_one(models.Client, ("alice", "alice-1")).worker = ""
    office.pong("alice-2", "a", epoch=2)
    assert carrier(office) == "alice-2"


def test_client_takes_its_call_over_from_its_former_id(office: Office, alice: Phone) -> None:
    rings(alice, "a", "0912345678")
    second_page(office, previous_id="alice-1")
    office.pong("alice-2", "a", epoch=0)
    assert carrier(office) == "alice-2"


def test_client_takes_no_call_over_from_a_connected_carrier(office: Office, alice: Phone) -> None:
    rings(alice, "a", "0912345678")
    second_page(office)
    office.pong("alice-2", "a", epoch=2)
    assert carrier(office) == "alice-1"


def test_old_page_without_a_moved_call_does_not_end_it(office: Office, alice: Phone) -> None:
    rings(alice, "a", "0912345678")
    old = office.cast.switchboard
    with office.cast.database.read() as session:
        lacking = office.ownership.carriers.carried(session, ["alice"])["alice", "alice-1"]
    second_page(office, previous_id="alice-1")
    office.pong("alice-2", "a", epoch=2)
    office.ownership.carriers.carrier_says("home", lacking, [])
    assert (old is office.cast.switchboard, office.states()) == (True, ["ringing"])


def test_late_pong_of_a_page_that_signs_out_brings_nothing_back(
    office: Office,
    alice: Phone,
) -> None:
    rings(alice, "a", "0912345678")
    office.ownership.sign_out("home", "alice", "alice alice-1", "alice-1")
    office.pong("alice-1", "a")
    assert office.states() == ["ended"]


def test_call_of_a_colleague_is_not_brought_back_by_its_id(
    office: Office,
    alice: Phone,
    bob: Phone,
) -> None:
    rings(bob, "b", "0912345678")
    office.silent("bob", "bob-1", GIVEN_UP)
    office.looks()
    office.pong("alice-1", "b")
    assert office.states("bob") == ["ended"]
