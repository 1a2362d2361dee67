"""Reports beside calls: registrations, the numbering of a phone's events, and reports of other
clients.
"""

from __future__ import annotations

import pytest

from console.domain.enums import EventType
from console.domain.events import CallEvent
from console.storage import models
from console.storage.database import Database
from tests.cast import CONNECTION, Cast, assemble
from tests.services.test_switchboard import START, Phone


@pytest.fixture
def cast(database: Database) -> Cast:
    made = assemble(database)
    made.holds("alice", "a1", 1)
    return made


def registered(cast: Cast, client: str = "a1") -> bool:
    with cast.database.read() as session:
        return session.get_one(models.Client, ("alice", client)).registered


def test_a_phone_stays_registered_until_it_reports_otherwise(cast: Cast) -> None:
    phone = Phone(cast, "alice", "a1")
    for word, expected in (("registered", True), ("unregistered", False)):
        phone.says(word, "")
        assert registered(cast) is expected


def test_only_the_reporting_client_is_registered(cast: Cast) -> None:
    cast.holds("alice", "a2", 2)
    Phone(cast, "alice", "a2", epoch=2).says("registered", "")
    assert (registered(cast, "a1"), registered(cast, "a2")) == (False, True)


def test_an_unchanged_line_state_is_not_pushed_again(cast: Cast) -> None:
    phone = Phone(cast, "alice", "a1")
    before = len(cast.entries)
    for _ in range(2):
        phone.says("registered", "")
    assert len(cast.entries) == before + 1


def test_phone_data_counts_like_events_and_never_backwards(cast: Cast) -> None:
    for n in (5, 3):
        cast.switchboard.phone_data("home", "alice", "a1", n)
    cast.switchboard.phone_data("home", "alice", "nobody", 5)
    phone = Phone(cast, "alice", "a1")
    phone.repeat(5, "registered", "")
    assert not registered(cast)
    phone.repeat(6, "registered", "")
    assert registered(cast)


def test_reports_of_the_phone_system_are_stored(cast: Cast) -> None:
    news = CallEvent(
        EventType.ringing,
        START,
        "home",
        CONNECTION,
        "alice",
        call="uuid-7",
        source="pbx",
        number="+84912345678",
    )
    cast.switchboard.receive(news)
    assert [(call.state, call.number, call.carrier) for call in cast.calls("alice")] == [
        ("ringing", "+84912345678", None)
    ]
