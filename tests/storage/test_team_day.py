"""The teams' numbers of a day by half hours, on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from console.domain.day_plot import HEIGHT, plot, slots
from console.storage import models, team_day
from console.storage.database import Database
from console.storage.team_day import HALF_HOUR, TeamDay
from tests.storage.reported_calls import IN, INSIDE, OUT, ReportedCalls


class Day(ReportedCalls):
    def seen(self, teams: list[str] | None = None) -> TeamDay:
        asked = [self.cast.team] if teams is None else teams
        with self.cast.database.read() as session:
            return team_day.of_teams(session, "home", asked, self.now)


@pytest.fixture
def day(database: Database) -> Day:
    return Day(database)


def total(day: TeamDay, name: str) -> int:
    return sum(getattr(row, name) for row in day.half_hours)


def test_a_day_without_calls_has_no_half_hours(day: Day) -> None:
    assert day.seen().half_hours == []


def test_late_missed_and_own_calls_are_told_apart(day: Day) -> None:
    day.call("alice", 90, ("ringing", 0), ("answered", 20), ("ended", 80), **IN)
    day.call("alice", 80, ("ringing", 0), ("answered", 21), ("ended", 61), **IN)
    day.call("bob", 70, ("ringing", 0), ("missed", 30), **IN)
    day.call("bob", 60, ("dialing", 0), ("answered", 5), ("ended", 25), **OUT)
    day.call("bob", 50, ("ringing", 0), ("answered", 5), ("ended", 25), **INSIDE)
    seen = day.seen()
    sums = [total(seen, name) for name in ("calls", "answered", "missed", "soon", "talks")]
    assert sums == [3, 2, 1, 1, 3]
    assert total(seen, "talk") == (60 + 40 + 20) * 1000


def test_a_call_in_progress_is_not_counted_yet(day: Day) -> None:
    day.call("alice", 5, ("ringing", 0), ("answered", 4), **IN)
    assert day.seen().half_hours == []


def changed(day: Day, agent: str, *changes: tuple[str, float]) -> None:
    """The agent's availability changed, minutes ago."""
    with day.cast.database.write() as session:
        for availability, ago in changes:
            session.add(
                models.AvailabilityChange(
                    organisation_id="home",
                    agent_id=agent,
                    at=day.now - round(ago * 60_000),
                    availability=availability,
                )
            )


def test_wrap_up_that_is_over_belongs_to_handling(day: Day) -> None:
    day.call("alice", 90, ("ringing", 0), ("answered", 20), ("ended", 80), **IN)
    changed(day, "alice", ("wrap_up", 88.5), ("available", 88), ("wrap_up", 3))
    changed(day, "bob", ("wrap_up", 87), ("away", 86.5))
    seen = day.seen()
    assert (total(seen, "talk"), total(seen, "wrap_up")) == (60_000, 60_000)
    assert total(seen, "handling") == 120_000
    assert total(day.seen(["another"]), "wrap_up") == 0


def test_yesterday_and_other_teams_are_not_in_it(day: Day) -> None:
    day.call("alice", 60 * 24, ("ringing", 0), ("answered", 3), ("ended", 9), **IN)
    assert day.seen().half_hours == []
    day.call("alice", 10, ("ringing", 0), ("answered", 3), ("ended", 9), **IN)
    assert total(day.seen(), "calls") == 1
    assert day.seen([]).half_hours == day.seen(["another"]).half_hours == []


def test_half_hours_begin_with_the_day(day: Day) -> None:
    for ago in (200, 100, 1):
        day.call("alice", ago, ("ringing", 0), ("answered", 3), ("ended", 9), **IN)
    seen = day.seen()
    assert len(seen.half_hours) == 3
    assert all((row.at - seen.start) % HALF_HOUR == 0 for row in seen.half_hours)
    assert seen.start <= seen.half_hours[0].at <= seen.now


def test_plot_stacks_parts_below_the_highest_bar() -> None:
    places = slots([3600], 10_800, 1800)
    assert places[0] <= 0 and places[-1] == 10_800 and len(places) >= 8
    drawn = plot(
        [0, 1800, 3600],
        {0: (1, 1), 3600: (4, 0)},
        {"answered": lambda one: one[0], "missed": lambda one: one[1]},
    )
    assert [(bar.kind, bar.x, bar.y, bar.height) for bar in drawn.bars] == [
        ("answered", 0, 30, 10),
        ("missed", 0, 20, 10),
        ("answered", 20, 0, HEIGHT),
    ]
    assert plot([0], {}, {"answered": lambda one: one}).bars == []
