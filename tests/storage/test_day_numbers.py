"""An agent's numbers of today, on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest

from console.storage import day_numbers, models
from console.storage.database import Database
from tests.cast import CONNECTION, Cast, assemble
from tests.servers.busy_team import about_noon

CUSTOMER = "+84912345678"


@pytest.fixture
def cast(database: Database) -> Cast:
    made = assemble(database)
    for agent in ("alice", "bob"):
        made.holds(agent, agent, 1)
    with database.write() as session:
        session.get_one(models.Organisation, "home").timezone = about_noon()
    return made


class Day:
    """Calls of one agent, minutes ago."""

    def __init__(self, cast: Cast, agent: str) -> None:
        self.cast, self.agent, self.n = cast, agent, 0
        with cast.database.read() as session:
            self.now = cast.database.now(session)

    def call(self, ago: int, *told: tuple[str, int], **more: Any) -> None:
        """`told`: an event, and seconds after the call began."""
        call = f"{self.agent}-{ago}"
        for type, second in told:
            self.n += 1
            at = self.now - ago * 60_000 + second * 1000
            event = {"type": type, "call": call, "at": at, "connection": CONNECTION, **more}
            self.cast.switchboard.phone_event("home", self.agent, self.agent, self.n, 1, event)

    def numbers(self) -> dict[str, int]:
        with self.cast.database.read() as session:
            return dict(day_numbers.of_agent(session, self.agent, self.now))


IN = {"direction": "inbound", "number": CUSTOMER}
OUT = {"direction": "outbound", "number": CUSTOMER}
INSIDE = {"direction": "internal", "number": "1002"}
NONE = {"taken": 0, "missed": 0, "made": 0, "talk": 0, "average": 0}


def test_a_day_without_calls_is_all_zero(cast: Cast) -> None:
    assert Day(cast, "alice").numbers() == NONE


def test_taken_missed_and_made_calls_are_counted_apart(cast: Cast) -> None:
    day = Day(cast, "alice")
    day.call(50, ("ringing", 0), ("answered", 5), ("ended", 65), **IN)
    day.call(40, ("ringing", 0), ("missed", 20), **IN)
    day.call(30, ("dialing", 0), ("answered", 5), ("ended", 125), **OUT)
    day.call(20, ("dialing", 0), ("failed", 5), **OUT)
    assert day.numbers() == {"taken": 1, "missed": 1, "made": 2, "talk": 180_000, "average": 90_000}


def test_calls_between_colleagues_count_as_talk_time_only(cast: Cast) -> None:
    day = Day(cast, "alice")
    day.call(20, ("ringing", 0), ("answered", 5), ("ended", 35), **INSIDE)
    assert day.numbers() == {**NONE, "talk": 30_000, "average": 30_000}


def test_a_call_in_progress_does_not_count_yet(cast: Cast) -> None:
    day = Day(cast, "alice")
    day.call(3, ("ringing", 0), ("answered", 5), **IN)
    assert day.numbers() == NONE


def test_calls_of_others_and_of_other_days_do_not_count(cast: Cast) -> None:
    day, bobs = Day(cast, "alice"), Day(cast, "bob")
    bobs.call(20, ("ringing", 0), ("answered", 5), ("ended", 35), **IN)
    day.call(24 * 60, ("ringing", 0), ("answered", 5), ("ended", 35), **IN)
    assert day.numbers() == NONE
