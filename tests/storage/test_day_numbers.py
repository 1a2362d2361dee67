"""An agent's numbers of today, on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from console.storage import day_numbers
from console.storage.database import Database
from tests.storage.reported_calls import IN, INSIDE, OUT, ReportedCalls


class AlicesDay(ReportedCalls):
    def numbers(self) -> dict[str, int]:
        with self.cast.database.read() as session:
            return dict(day_numbers.of_agent(session, "alice", self.now))


@pytest.fixture
def day(database: Database) -> AlicesDay:
    return AlicesDay(database)


NONE = {"taken": 0, "missed": 0, "made": 0, "talk": 0, "average": 0}


def test_a_day_without_calls_is_all_zero(day: AlicesDay) -> None:
    assert day.numbers() == NONE


def test_taken_missed_and_made_calls_are_counted_apart(day: AlicesDay) -> None:
    day.call("alice", 50, ("ringing", 0), ("answered", 5), ("ended", 65), **IN)
    day.call("alice", 40, ("ringing", 0), ("missed", 20), **IN)
    day.call("alice", 30, ("dialing", 0), ("answered", 5), ("ended", 125), **OUT)
    day.call("alice", 20, ("dialing", 0), ("failed", 5), **OUT)
    assert day.numbers() == {"taken": 1, "missed": 1, "made": 2, "talk": 180_000, "average": 90_000}


def test_calls_between_colleagues_count_as_talk_time_only(day: AlicesDay) -> None:
    day.call("alice", 20, ("ringing", 0), ("answered", 5), ("ended", 35), **INSIDE)
    assert day.numbers() == {**NONE, "talk": 30_000, "average": 30_000}


def test_a_call_in_progress_does_not_count_yet(day: AlicesDay) -> None:
    day.call("alice", 3, ("ringing", 0), ("answered", 5), **IN)
    assert day.numbers() == NONE


def test_calls_of_others_and_of_other_days_do_not_count(day: AlicesDay) -> None:
    day.call("bob", 20, ("ringing", 0), ("answered", 5), ("ended", 35), **IN)
    day.call("alice", 24 * 60, ("ringing", 0), ("answered", 5), ("ended", 35), **IN)
    assert day.numbers() == NONE
