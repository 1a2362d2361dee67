"""An agent's missed calls of today: those left to call back, and the lists that a call back
changes.
"""

from __future__ import annotations

from typing import Any

import pytest

from console.storage import missed_calls, models
from console.storage.database import Database
from tests.cast import CONNECTION, Cast, assemble
from tests.servers.busy_team import about_noon

CUSTOMER, OTHER = "+84912345678", "+84987654321"


@pytest.fixture
def cast(database: Database) -> Cast:
    made = assemble(database)
    for agent in ("alice", "bob"):
        made.holds(agent, agent, 1)
    with database.write() as session:
        session.get_one(models.Organisation, "home").timezone = about_noon()
    return made


class Phone:
    """Reports of one agent, seconds after the test began."""

    def __init__(self, cast: Cast, agent: str) -> None:
        self.cast, self.agent, self.n = cast, agent, 0
        with cast.database.read() as session:
            self.began = cast.database.now(session) - 600_000

    def says(self, type: str, call: str, second: int, **more: Any) -> None:
        self.n += 1
        event = {
            "type": type,
            "call": call,
            "at": self.began + second * 1000,
            "connection": CONNECTION,
            **more,
        }
        self.cast.switchboard.phone_event("home", self.agent, self.agent, self.n, 1, event)

    def misses(self, call: str, second: int, number: str = CUSTOMER, **more: Any) -> None:
        self.says("ringing", call, second, direction="inbound", number=number, **more)
        self.says("missed", call, second + 5, cause="missed", **more)

    def dials(self, call: str, second: int, number: str = CUSTOMER) -> None:
        self.says("dialing", call, second, direction="outbound", number=number)

    def talks(self, call: str, second: int, number: str = CUSTOMER, **more: Any) -> None:
        self.says("ringing", call, second, direction="inbound", number=number, **more)
        self.says("answered", call, second + 2, **more)


@pytest.fixture
def alice(cast: Cast) -> Phone:
    return Phone(cast, "alice")


@pytest.fixture
def bob(cast: Cast) -> Phone:
    return Phone(cast, "bob")


def left(cast: Cast, agent: str = "alice") -> list[tuple[str, int]]:
    with cast.database.read() as session:
        found = missed_calls.of_agent(session, agent, cast.database.now(session))
        return [(missed["number"], missed["calls"]) for missed in found]


def reloading_agents(cast: Cast, since: int) -> set[str]:
    """Agents whose pages reload their lists."""
    lines = [entry.payload for entry in cast.entries[since:] if entry.type == "agent"]
    return {payload["agent"]["id"] for payload in lines if payload["history"]}


def test_a_missed_call_outlives_any_number_of_later_calls(cast: Cast, alice: Phone) -> None:
    alice.misses("m", 0)
    for n in range(25):
        alice.dials(f"d{n}", 10 + n, OTHER)
        alice.says("ended", f"d{n}", 10 + n, cause="busy", ended_by="remote")
    assert left(cast) == [(CUSTOMER, 1)]


def test_calls_of_one_number_are_one_entry_with_their_count(cast: Cast, alice: Phone) -> None:
    for second in (0, 60, 120):
        alice.misses(f"m{second}", second)
    alice.misses("other", 30, OTHER)
    assert left(cast) == [(CUSTOMER, 3), (OTHER, 1)]


def test_each_agent_has_their_own_list(cast: Cast, alice: Phone, bob: Phone) -> None:
    alice.misses("a", 0)
    bob.misses("b", 10, OTHER)
    assert (left(cast), left(cast, "bob")) == ([(CUSTOMER, 1)], [(OTHER, 1)])


@pytest.mark.parametrize("who", ["alice", "bob"])
@pytest.mark.parametrize("how", ["dials", "talks"])
def test_a_call_with_the_number_removes_it_from_the_missed_list(
    cast: Cast, who: str, how: str
) -> None:
    Phone(cast, "alice").misses("m", 0)
    phone = Phone(cast, who)
    phone.n, since = 10, len(cast.entries)
    getattr(phone, how)("back", 60)
    assert left(cast) == []
    assert "alice" in reloading_agents(cast, since)


def test_a_number_that_rings_again_stays_on_the_list(cast: Cast, alice: Phone, bob: Phone) -> None:
    alice.misses("m", 0)
    bob.says("ringing", "again", 60, direction="inbound", number=CUSTOMER)
    assert left(cast) == [(CUSTOMER, 1)]


def test_a_call_to_another_number_tells_no_other_page(cast: Cast, alice: Phone, bob: Phone) -> None:
    alice.misses("m", 0)
    since = len(cast.entries)
    bob.dials("d", 60, OTHER)
    assert left(cast) == [(CUSTOMER, 1)]
    assert "alice" not in reloading_agents(cast, since)


def test_a_ring_group_call_answered_by_a_colleague_is_not_missed(
    cast: Cast, alice: Phone, bob: Phone
) -> None:
    alice.misses("a", 0, "", external=[["sip", "x"]])
    assert left(cast) == [("", 1)]
    since = len(cast.entries)
    bob.talks("b", 1, "", external=[["sip", "x"]])
    assert left(cast) == []
    assert "alice" in reloading_agents(cast, since)


def test_a_hidden_number_is_another_caller_each_time(cast: Cast, alice: Phone) -> None:
    alice.misses("a", 0, "")
    alice.misses("b", 20, "")
    alice.talks("c", 40, "")
    assert left(cast) == [("", 1), ("", 1)]


def test_calls_of_another_organisation_change_nothing(cast: Cast, alice: Phone) -> None:
    alice.misses("m", 0)
    with cast.database.read() as session:
        assert missed_calls.of_agent(session, "olga", cast.database.now(session)) == []


def waits(cast: Cast, *teams: str) -> list[missed_calls.MissedCallView]:
    """The missed calls that a supervisor of these teams sees."""
    with cast.database.read() as session:
        return missed_calls.of_teams(
            missed_calls.of_organisation(session, "home", cast.database.now(session)), teams
        )


def test_a_supervisor_sees_each_number_once_with_its_last_call(
    cast: Cast, alice: Phone, bob: Phone
) -> None:
    alice.misses("a", 0, name="Mai")
    bob.misses("b", 60)
    bob.misses("c", 30, OTHER)
    first, second = waits(cast, "team")
    assert (first["number"], first["shown"], first["name"], first["calls"]) == (
        CUSTOMER,
        "0912 345 678",
        "Mai",
        2,
    )
    assert (first["at"], first["connection"], first["teams"]) == (
        bob.began + 60_000,
        "PBX",
        ["team"],
    )
    assert (second["number"], second["calls"]) == (OTHER, 1)


def test_supervisors_of_others_see_no_missed_calls(cast: Cast, alice: Phone) -> None:
    alice.misses("a", 0)
    assert waits(cast) == waits(cast, "far") == []
    with cast.database.read() as session:
        assert (
            missed_calls.of_organisation(session, "other", cast.database.now(session)).missed == []
        )


def test_calls_missed_yesterday_are_not_listed(cast: Cast, alice: Phone) -> None:
    alice.misses("a", -86_400)
    assert waits(cast, "team") == left(cast) == []
