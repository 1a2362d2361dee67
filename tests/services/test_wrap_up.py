"""Wrap-up: who has it and how long, which call it follows, and what ends it."""

from __future__ import annotations

import pytest

from console.domain.enums import Availability
from console.services.agent_status import change_availability, extend_wrap_up
from console.services.call_edits import write_note
from console.storage import agents, models, wrap_ups
from console.storage.database import Database
from tests.cast import Cast, assemble
from tests.services.test_switchboard import START, Phone


@pytest.fixture
def cast(database: Database) -> Cast:
    made = assemble(database)
    made.holds("alice", "a1", 1)
    choose(made, Availability.available)
    seconds(made, 30)
    return made


@pytest.fixture
def alice(cast: Cast) -> Phone:
    return Phone(cast, "alice", "a1")


def choose(cast: Cast, availability: Availability) -> None:
    with cast.units.begin("home") as unit:
        change_availability(unit, "alice", availability)


def seconds(cast: Cast, organisation: int, team: int | None = None) -> None:
    with cast.database.write() as session:
        session.get_one(models.Organisation, "home").wrap_up_seconds = organisation
        session.get_one(models.Team, "team").wrap_up_seconds = team


def talks(phone: Phone, call: str = "k", at: int = 0) -> None:
    phone.says("ringing", call, at, direction="inbound", number="0901234567")
    phone.says("answered", call, at + 1000)
    phone.says("ended", call, at + 5000, ended_by="remote", cause="completed")


def view(cast: Cast) -> agents.AgentView:
    with cast.database.read() as session:
        return agents.views(session, ["alice"], START, 35_000)[0]


def over(cast: Cast, later: int) -> bool:
    """Whether it has ended so many ms after it began."""
    with cast.database.read() as session:
        since = session.get_one(models.AgentStatus, "alice").since
        return ("home", "alice") in wrap_ups.expired(session, since + later)


@pytest.mark.parametrize(
    ("organisation", "team", "lasts"),
    [(30, None, 30), (0, None, 0), (0, 20, 20), (30, 60, 60), (30, 0, 0)],
)
def test_the_teams_wrap_up_wins_and_zero_is_none(
    cast: Cast, alice: Phone, organisation: int, team: int | None, lasts: int
) -> None:
    seconds(cast, organisation, team)
    talks(alice)
    seen = view(cast)
    assert seen["availability"] == ("wrap_up" if lasts else "available")
    assert seen["wrap_up_until"] == (seen["since"] + lasts * 1000 if lasts else None)
    assert [over(cast, lasts * 1000 + ms) for ms in (-1, 0)] == [False, bool(lasts)]


def test_the_call_and_its_note_stay_until_wrap_up_ends(cast: Cast, alice: Phone) -> None:
    talks(alice)
    with cast.units.begin("home") as unit:
        assert write_note(unit, "alice", "k", "call back at 5")
    kept = view(cast)["wrapped_up"]
    assert kept and (kept["client_call_id"], kept["state"], kept["note"]) == (
        "k",
        "ended",
        "call back at 5",
    )
    choose(cast, Availability.available)
    assert view(cast)["wrapped_up"] is None


def test_a_call_that_ends_during_wrap_up_restarts_it(cast: Cast, alice: Phone) -> None:
    talks(alice)
    with cast.database.write() as session:
        session.get_one(models.AgentStatus, "alice").since -= 20_000
    before = view(cast)["since"]
    talks(alice, "k2", 10_000)
    seen = view(cast)
    assert seen["since"] > before and seen["wrapped_up"]
    assert seen["wrapped_up"]["client_call_id"] == "k2"


def test_a_wrap_up_that_is_switched_off_meanwhile_ends(cast: Cast, alice: Phone) -> None:
    talks(alice)
    assert not over(cast, 0)
    seconds(cast, 0)
    assert over(cast, 0)


def test_missed_calls_and_calls_while_away_begin_no_wrap_up(cast: Cast, alice: Phone) -> None:
    alice.says("ringing", "m", direction="inbound", number="0901234567")
    alice.says("missed", "m", 5000, cause="missed")
    assert view(cast)["availability"] == "available"
    choose(cast, Availability.away)
    talks(alice, "k", 10_000)
    assert view(cast)["availability"] == "away"


def longer(cast: Cast, until: int | None = None) -> bool:
    with cast.units.begin("home") as unit:
        return extend_wrap_up(unit, "alice", until or view(cast)["wrap_up_until"] or 0)


def test_wrap_up_grows_by_its_own_time_up_to_ten_minutes(cast: Cast, alice: Phone) -> None:
    seconds(cast, 250)
    talks(alice)
    since, lengths = view(cast)["since"], []
    for _ in range(2):
        assert view(cast)["wrap_up_extendable"] and longer(cast)
        lengths.append(((view(cast)["wrap_up_until"] or 0) - since) // 1000)
    assert lengths == [500, 600]
    assert not view(cast)["wrap_up_extendable"] and not longer(cast)
    assert [over(cast, 600_000 + ms) for ms in (-1, 0)] == [False, True]


def test_a_repeated_request_for_longer_adds_nothing(cast: Cast, alice: Phone) -> None:
    talks(alice)
    first = view(cast)["wrap_up_until"]
    for _ in range(3):
        assert longer(cast, first)
    assert view(cast)["wrap_up_until"] == (first or 0) + 30_000
    choose(cast, Availability.available)
    assert longer(cast, first) and view(cast)["availability"] == "available"


def test_a_new_wrap_up_has_its_plain_length_again(cast: Cast, alice: Phone) -> None:
    talks(alice)
    assert longer(cast)
    talks(alice, "k2", 10_000)
    seen = view(cast)
    assert seen["wrap_up_until"] == seen["since"] + 30_000


def test_longer_wrap_up_is_pushed_to_pages_and_the_wall(cast: Cast, alice: Phone) -> None:
    talks(alice)
    cast.entries.clear()
    longer(cast)
    (entry,) = cast.entries
    assert entry.type == "agent"
    assert entry.payload["agent"]["wrap_up_until"] == view(cast)["wrap_up_until"]


def test_a_longer_wrap_up_ends_when_wrap_up_is_switched_off(cast: Cast, alice: Phone) -> None:
    talks(alice)
    longer(cast)
    seconds(cast, 0)
    assert over(cast, 0)
