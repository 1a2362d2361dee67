"""An agent's day: its bounds in the organisation's zone, and the kept changes of availability."""

from __future__ import annotations

import pytest

from console.domain.day_timeline import Change
from console.domain.enums import Availability
from console.services.agent_status import change_availability
from console.storage import days, models
from console.storage.database import Database
from tests.cast import Cast, assemble

HOUR = 3_600_000


@pytest.fixture
def cast(database: Database) -> Cast:
    return assemble(database)


@pytest.mark.parametrize(
    ("zone", "date", "hours"),
    [
        ("Asia/Ho_Chi_Minh", "2026-01-31", 24),
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
    ],
)
def test_day_is_of_the_organisations_zone(zone: str, date: str, hours: int) -> None:
    day = days.day_of(zone, 0, date)
    assert (day.date, day.until - day.since) == (date, hours * HOUR)


def test_without_a_date_it_is_today() -> None:
    late = 1_767_200_400_000  # 2025-12-31 17:00 UTC
    assert days.day_of("Asia/Ho_Chi_Minh", late, "").date == "2026-01-01"
    assert days.day_of("UTC", late, "").date == "2025-12-31"


@pytest.mark.parametrize("text", ["x", "2026-02-30", "20260101", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        days.day_of("Asia/Ho_Chi_Minh", 0, text)


def sets(cast: Cast, agent: str, availability: str, reason: str = "") -> None:
    with cast.units.begin("home") as unit:
        change_availability(unit, agent, Availability(availability), reason)


def today(cast: Cast, agent: str) -> list[tuple[str, str]]:
    with cast.database.read() as session:
        day = days.day_of("UTC", cast.database.now(session), "")
        return [(one.availability, one.reason) for one in days.changes(session, agent, day)]


def test_each_change_is_kept_and_a_repeat_is_none(cast: Cast) -> None:
    sets(cast, "alice", "available")
    sets(cast, "alice", "available")
    sets(cast, "alice", "away", "meal")
    sets(cast, "bob", "away", "break")
    assert today(cast, "alice") == [("available", ""), ("away", "meal")]


def test_change_that_is_not_committed_is_not_kept(cast: Cast) -> None:
    with pytest.raises(RuntimeError), cast.units.begin("home") as unit:
        change_availability(unit, "alice", Availability.available)
        raise RuntimeError
    assert today(cast, "alice") == []


def test_day_begins_with_the_last_change_before_it(cast: Cast) -> None:
    at = {"old": 1, "last": 5, "first": 12, "next": 25}
    with cast.database.write() as session:
        for id, moment in at.items():
            row = {"organisation_id": "home", "agent_id": "alice", "availability": "away"}
            author = "sam" if id == "first" else None
            session.add(
                models.AvailabilityChange(id=id, at=moment, reason=id, author_id=author, **row)
            )
    day = days.Day("", "", 10, 20, "", "")
    with cast.database.read() as session:
        found = days.changes(session, "alice", day)
        assert days.changes(session, "bob", day) == []
    assert found == [Change(5, "away", "last"), Change(12, "away", "first", "Sam")]
