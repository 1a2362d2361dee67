"""Which call of the day a customer's call is: whose calls count, and of which day."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.storage import models
from console.storage.database import Database
from tests.cast import FOREIGN, Cast, assemble
from tests.services.test_switchboard import START, Phone

CUSTOMER, OTHER = "+84912345678", "+84987654321"
ZONES = ["Asia/Ho_Chi_Minh", "UTC", "Asia/Kathmandu", "America/New_York"]


@pytest.fixture
def cast(database: Database) -> Cast:
    made = assemble(database)
    for agent in ("alice", "bob", "olga"):
        made.holds(agent, agent, 1)
    lives_in(made, "home", "Asia/Ho_Chi_Minh")
    return made


@pytest.fixture
def alice(cast: Cast) -> Phone:
    return Phone(cast, "alice", "alice")


@pytest.fixture
def bob(cast: Cast) -> Phone:
    return Phone(cast, "bob", "bob")


def lives_in(cast: Cast, organisation: str, timezone: str) -> None:
    with cast.database.write() as session:
        session.get_one(models.Organisation, organisation).timezone = timezone


def midnight(timezone: str) -> int:
    """When the day of START began there, in ms after START."""
    local = datetime.fromtimestamp(START / 1000, ZoneInfo(timezone))
    return int(local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000) - START


def rings(phone: Phone, call: str, at: int = 0, number: str = CUSTOMER, **more: Any) -> int:
    """The call's number among the calls of the day."""
    phone.says("ringing", call, at, direction="inbound", number=number, **more)
    (row,) = [row for row in phone.cast.calls(phone.agent) if row.client_call_id == call]
    return row.calls_today


def test_the_first_the_second_and_the_third_call_of_a_day_say_so(alice: Phone, bob: Phone) -> None:
    assert [rings(alice, "a", -7_200_000), rings(bob, "b", -3_600_000), rings(alice, "c")] == [
        1,
        2,
        3,
    ]


@pytest.mark.parametrize("timezone", ZONES)
def test_the_day_begins_at_midnight_where_the_organisation_is(
    cast: Cast, alice: Phone, timezone: str
) -> None:
    lives_in(cast, "home", timezone)
    lives_in(cast, "other", "Pacific/Kiritimati")
    rings(alice, "yesterday", midnight(timezone) - 1)
    assert rings(alice, "today", midnight(timezone)) == 1
    assert rings(alice, "again") == 2


def test_a_call_of_another_number_does_not_count(alice: Phone) -> None:
    rings(alice, "a", -60_000, OTHER)
    assert rings(alice, "b") == 1


def test_a_call_to_another_organisation_does_not_count(cast: Cast, alice: Phone) -> None:
    olga = Phone(cast, "olga", "olga", connection=FOREIGN, organisation="other")
    rings(olga, "o", -60_000)
    assert (rings(alice, "a"), rings(olga, "p")) == (1, 2)


def test_an_outgoing_call_neither_counts_nor_is_counted(cast: Cast, alice: Phone) -> None:
    rings(alice, "a", -120_000)
    alice.says("dialing", "b", -60_000, direction="outbound", number=CUSTOMER)
    assert {row.client_call_id: row.calls_today for row in cast.calls("alice")} == {"a": 1, "b": 1}
    assert rings(alice, "c") == 2


def test_a_ring_group_call_counts_once_for_each_agent(alice: Phone, bob: Phone) -> None:
    group: dict[str, Any] = {"external": [["sip", "x"]]}
    assert [rings(alice, "a", -60_000, **group), rings(bob, "b", -59_000, **group)] == [1, 1]
    assert rings(alice, "c") == 2


def test_a_late_report_does_not_count_later_calls(alice: Phone, bob: Phone) -> None:
    rings(bob, "later", 1)
    assert rings(alice, "earlier") == 1


def test_of_two_simultaneous_calls_the_later_report_is_second(alice: Phone, bob: Phone) -> None:
    assert [rings(alice, "a"), rings(bob, "b")] == [1, 2]


def test_each_hidden_number_is_another_caller(alice: Phone) -> None:
    assert [rings(alice, "a", -60_000, ""), rings(alice, "b", 0, "")] == [1, 1]
