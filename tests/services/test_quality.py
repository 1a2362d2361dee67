"""How a call sounds, from the phone's report to what agents and supervisors are shown."""

from __future__ import annotations

from typing import Any

import pytest

from console.storage import agents, journal
from console.storage.database import Database
from tests.cast import CONNECTION, Cast, assemble

START = 1_790_000_000_000


@pytest.fixture
def cast(database: Database) -> Cast:
    made = assemble(database)
    made.holds("alice", "a1", 1)
    return made


def tells(cast: Cast, n: int, type: str, **more: Any) -> None:
    event = {"type": type, "call": "ka", "at": START + n * 1000, "connection": CONNECTION} | more
    cast.switchboard.phone_event("home", "alice", "a1", n, 1, event)


def view_of(line: journal.JournalEntry) -> Any:
    return line.payload["agent"]["calls"][0]["quality"]


def test_worse_quality_shows_at_once_and_the_average_is_kept(cast: Cast) -> None:
    tells(cast, 1, "ringing", direction="inbound", number="1002")
    tells(cast, 2, "answered")
    assert view_of(cast.entries[-1]) is None
    tells(
        cast,
        3,
        "quality_alert",
        level="poor",
        cause="your_network",
        mos=2.5,
        jitter_ms=60,
        loss_pct=9.5,
        rtt_ms=None,
    )
    assert view_of(cast.entries[-1]) == {"level": "poor", "cause": "your_network", "mos": 2.5}
    tells(
        cast,
        4,
        "quality_alert",
        whole=True,
        level="fair",
        cause="your_network",
        mos=3.7,
        jitter_ms=30,
        loss_pct=4,
        rtt_ms=80,
    )
    tells(cast, 5, "ended", ended_by="agent", cause="completed")
    with cast.database.read() as session:
        (recent,) = agents.recent(session, "alice", "VN")
    assert recent["quality"] == {"level": "fair", "cause": "your_network", "mos": 3.7}
    assert (recent["state"], recent["cause"]) == ("ended", "completed")


def test_the_same_report_twice_changes_nothing(cast: Cast) -> None:
    tells(cast, 1, "answered")
    alert = {"at": START + 2000, "level": "poor", "cause": "far_side", "mos": 2.5}
    tells(cast, 2, "quality_alert", **alert)
    told = len(cast.entries)
    tells(cast, 3, "quality_alert", **alert)
    assert len(cast.entries) == told


def test_a_report_that_is_nonsense_is_kept_and_changes_nothing(cast: Cast) -> None:
    tells(cast, 1, "answered")
    told = len(cast.entries)
    tells(cast, 2, "quality_alert", level="poor", cause="far_side", mos=99)
    assert len(cast.entries) == told
    assert cast.calls("alice")[0].quality is None
