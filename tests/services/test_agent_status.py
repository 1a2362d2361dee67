"""A phone system changes an agent's device and imposes an availability."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain.enums import Availability
from console.storage import agents, models
from console.storage.database import Database
from tests.cast import CONNECTION, Cast, assemble

START = 1_790_000_000_000


@pytest.fixture
def cast(database: Database) -> Cast:
    made = assemble(database)
    made.holds("alice", "a1", 1)
    choose(made, "available", START)
    return made


def choose(cast: Cast, availability: str, at: int) -> None:
    with cast.database.write() as session:
        status = agents.status_of(session, "alice")
        status.availability, status.since = availability, at


def says(
    cast: Cast, n: int, type: str, at: int = 10, *, client: str = "a1", epoch: int = 1, **more: Any
) -> None:
    event = {"type": type, "at": START + at, "connection": CONNECTION, **more}
    cast.switchboard.phone_event("home", "alice", client, n, epoch, event)


def status(cast: Cast) -> tuple[str, str, str, str]:
    with cast.database.read() as session:
        row = session.get_one(models.AgentStatus, "alice")
        return row.availability, row.reason, row.device, row.device_number


def test_a_device_switched_by_the_phone_system_is_kept(cast: Cast) -> None:
    says(cast, 1, "device_changed", device="gsm", number="0912345678")
    assert status(cast)[2:] == ("gsm", "0912345678")
    says(cast, 2, "device_changed", device="ip_phone")
    assert status(cast)[2:] == ("ip_phone", "")
    says(cast, 3, "device_changed", device="fax")
    assert status(cast)[2:] == ("ip_phone", "")


def test_the_change_is_shown_once(cast: Cast) -> None:
    before = len(cast.entries)
    says(cast, 1, "device_changed", device="ip_phone")
    says(cast, 2, "device_changed", device="ip_phone")
    says(cast, 2, "device_changed", device="gsm")
    assert len(cast.entries) == before + 1


def test_a_missed_call_makes_an_available_agent_away(cast: Cast) -> None:
    says(cast, 1, "availability_changed", availability="away", reason="missed_call")
    assert status(cast)[:2] == ("away", "missed_call")
    with cast.database.read() as session:
        since = session.get_one(models.AgentStatus, "alice").since
    says(cast, 2, "availability_changed", since - START + 1, availability="available")
    assert status(cast)[:2] == ("available", "")


@pytest.mark.parametrize("chosen", ["offline", "wrap_up", "away"])
def test_a_vendor_changes_no_offline_or_wrap_up_agent(cast: Cast, chosen: str) -> None:
    choose(cast, chosen, START)
    says(cast, 1, "availability_changed", availability="away", reason="missed_call")
    assert status(cast)[:2] == (chosen, "")


def test_her_own_newer_choice_stands(cast: Cast) -> None:
    choose(cast, "available", START + 5000)
    says(cast, 1, "availability_changed", 4000, availability="away", reason="missed_call")
    assert status(cast)[0] == Availability.available


@pytest.mark.parametrize(("at", "shown"), [(4999, "available"), (5000, "away"), (5001, "away")])
def test_the_newer_availability_stands_then_the_phone_systems(
    cast: Cast, at: int, shown: str
) -> None:
    choose(cast, "available", START + 5000)
    says(cast, 1, "availability_changed", at, availability="away", reason="missed_call")
    assert status(cast)[0] == shown


def test_a_report_older_than_another_change_is_ignored(cast: Cast) -> None:
    says(cast, 1, "availability_changed", 20, availability="away", reason="missed_call")
    says(cast, 2, "availability_changed", 30, availability="available")
    assert status(cast)[:2] == ("away", "missed_call")


def test_a_former_holder_changes_nothing_of_the_agent(cast: Cast) -> None:
    cast.holds("alice", "a2", 2)
    says(cast, 1, "availability_changed", availability="away", reason="missed_call")
    says(cast, 2, "device_changed", device="gsm", number="0912345678")
    assert status(cast) == ("available", "", "browser", "")


@pytest.mark.parametrize("availability", ["offline", "wrap_up", "gone", 7, None])
def test_a_phone_system_cannot_impose_anything_else(cast: Cast, availability: Any) -> None:
    says(cast, 1, "availability_changed", availability=availability)
    assert status(cast)[0] == Availability.available
