"""The teams' numbers of a day by half hours, on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain.day_plot import HEIGHT, plot, slots
from console.storage import models, team_day
from console.storage.database import Database
from console.storage.team_day import HALF_HOUR, TeamDay
from tests.cast import CONNECTION, Cast, assemble
from tests.servers.busy_team import about_noon

IN = {"direction": "inbound", "number": "+84912345678"}
OUT = {"direction": "outbound", "number": "+84912345678"}
INSIDE = {"direction": "internal", "number": "1002"}


@pytest.fixture
def cast(database: Database) -> Cast:
    made = assemble(database)
    for agent in ("alice", "bob"):
        made.holds(agent, agent, 1)
    with database.write() as session:
        session.get_one(models.Organisation, "home").timezone = about_noon()
    return made


class Day:
    """Calls, minutes ago."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.team, self.n = cast, cast.team, 0
        with cast.database.read() as session:
            self.now = cast.database.now(session)

    def call(self, agent: str, ago: float, *told: tuple[str, int], **more: Any) -> None:
        """`told`: an event, and seconds after the call began."""
        call = more.pop("call", f"{agent}-{ago}")
        for type, second in told:
            self.n += 1
            at = self.now - round(ago * 60_000) + second * 1000
            event = {"type": type, "call": call, "at": at, "connection": CONNECTION, **more}
            self.cast.switchboard.phone_event("home", agent, agent, self.n, 1, event)

    def seen(self, teams: list[str] | None = None) -> TeamDay:
        with self.cast.database.read() as session:
            return team_day.of_teams(
                session, "home", [self.team] if teams is None else teams, self.now
            )


def total(day: TeamDay, name: str) -> int:
    return sum(getattr(row, name) for row in day.half_hours)


def test_a_day_without_calls_has_no_half_hours(cast: Cast) -> None:
    assert Day(cast).seen().half_hours == []


def test_late_missed_and_own_calls_are_told_apart(cast: Cast) -> None:
    day = Day(cast)
    day.call("alice", 90, ("ringing", 0), ("answered", 20), ("ended", 80), **IN)
    day.call("alice", 80, ("ringing", 0), ("answered", 21), ("ended", 61), **IN)
    day.call("bob", 70, ("ringing", 0), ("missed", 30), **IN)
    day.call("bob", 60, ("dialing", 0), ("answered", 5), ("ended", 25), **OUT)
    day.call("bob", 50, ("ringing", 0), ("answered", 5), ("ended", 25), **INSIDE)
    seen = day.seen()
    sums = [total(seen, name) for name in ("calls", "answered", "missed", "soon", "talks")]
    assert sums == [3, 2, 1, 1, 3]
    assert total(seen, "talk") == (60 + 40 + 20) * 1000


def test_a_call_in_progress_is_not_counted_yet(cast: Cast) -> None:
    day = Day(cast)
    day.call("alice", 5, ("ringing", 0), ("answered", 4), **IN)
    assert day.seen().half_hours == []


def test_yesterday_and_other_teams_are_not_in_it(cast: Cast) -> None:
    day = Day(cast)
    day.call("alice", 60 * 24, ("ringing", 0), ("answered", 3), ("ended", 9), **IN)
    assert day.seen().half_hours == []
    day.call("alice", 10, ("ringing", 0), ("answered", 3), ("ended", 9), **IN)
    assert total(day.seen(), "calls") == 1
    assert day.seen([]).half_hours == day.seen(["another"]).half_hours == []


def test_half_hours_begin_with_the_day(cast: Cast) -> None:
    day = Day(cast)
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
