"""One member that cannot be written keeps no other from being written: it is set aside
and logged.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy.exc import InternalError, OperationalError

from console.config import load_settings
from console.realtime.connection import Connection
from console.realtime.disconnects import Farewells
from console.realtime.fragments import Fragments
from console.realtime.heartbeat import Pongs
from console.realtime.hub import Hub, Member
from console.realtime.presence import Presence
from console.services.commands import Commands
from console.services.ownership import Ownership
from console.services.switchboard import Switchboard
from console.services.unit_of_work import UnitOfWork
from console.storage import models
from console.storage.accounts import DAY, HOUR, Accounts, SessionAge
from console.storage.batches import all_or_each
from console.storage.client_store import Pong
from console.storage.database import Database
from console.storage.one_by_one import one_by_one
from tests.cast import CONNECTION, Cast, assemble
from tests.realtime.test_hub import Ear

HALF = "\ud83d"
log = logging.getLogger("test")


@pytest.fixture
def cast_(database: Database) -> Cast:
    return assemble(database)


@pytest.fixture
def hub(cast_: Cast) -> Hub:
    return Hub(cast_.database, cast(Fragments, None))


@pytest.fixture
def ownership(cast_: Cast) -> Ownership:
    return Ownership(cast_.switchboard, 600_000)


def member(hub: Hub, agent: str, client: str) -> Member:
    """As none comes through the door: whatever gets past it must still harm nobody else."""
    organisation = "other" if agent == "olga" else "home"
    made = Member(
        organisation,
        agent,
        client,
        "b",
        "workspace",
        "vi",
        frozenset({f"agent:{agent}"}),
        "s",
        cast(Connection, Ear()),
    )
    hub.join(made)
    return made


def stored(cast_: Cast, agent: str, client: str) -> models.Client:
    with cast_.database.read() as session:
        return session.get_one(models.Client, (agent, client))


@pytest.mark.parametrize("evil", ["bob", "olga"])
def test_a_pong_that_cannot_be_written_keeps_no_other_lease_from_renewal(
    cast_: Cast, hub: Hub, ownership: Ownership, caplog: pytest.LogCaptureFixture, evil: str
) -> None:
    cast_.holds("alice", "tab", 1)
    pongs = Pongs(hub, ownership, "w")
    now = 2_000_000_000_000
    for one, microphone in (
        (member(hub, "alice", "tab"), "ok"),
        (member(hub, evil, HALF), "a\nb\x00" + HALF),
    ):
        one.pings = one.pong = 1
        one.told = Pong(True, True, microphone, True, now, now)
    pongs.renew()
    assert stored(cast_, "alice", "tab").heard_at == now
    assert [member.written for member in hub.members.values()] == [1, 0]
    (line,) = [unit.getMessage() for unit in caplog.records if unit.levelno >= logging.ERROR]
    assert "is set aside" in line and line.isascii() and line.isprintable() and len(line) < 450


class CallsOfPhones:
    """Each agent carries a call that no pong names; alice's cannot be ended."""

    def __init__(self) -> None:
        self.over: list[str] = []

    def carried(self, _session: Any, agents: set[str]) -> dict[tuple[str, str], list[Any]]:
        return {
            (agent, "tab"): [SimpleNamespace(client_call_id=f"call of {agent}")] for agent in agents
        }

    def carrier_says(self, _organisation: str, over: list[Any], _alive: list[Any]) -> None:
        if "call of alice" in [call.client_call_id for call in over]:
            raise ValueError("this end cannot be written")
        self.over += [call.client_call_id for call in over]


def test_a_call_that_cannot_be_ended_keeps_no_other_pong_from_being_heard(
    cast_: Cast, hub: Hub, ownership: Ownership
) -> None:
    pongs, calls = Pongs(hub, ownership, "w"), CallsOfPhones()
    pongs._carriers = cast(Any, calls)
    members = [member(hub, agent, "tab") for agent in ("alice", "bob")]
    pong = {
        "epoch": 0,
        "audible": True,
        "microphone": "ok",
        "registered": True,
        "visible": True,
        "used": 0,
        "calls": [],
    }
    for n in (1, 2):
        for one in members:
            one.pings = n
        pongs._all([(one, {**pong, "n": n}) for one in members])
    assert calls.over == ["call of bob"]
    assert [one.missing for one in members] == [{"call of alice": 2}, {"call of bob": 2}]


@pytest.mark.parametrize("evil", ["bob", "olga"])
def test_a_client_that_cannot_be_written_keeps_no_other_from_being_seen_to_go(
    cast_: Cast, hub: Hub, ownership: Ownership, evil: str
) -> None:
    cast_.holds("alice", "tab", 1)
    farewells = Farewells(hub, ownership, "w", 0)
    for one in (member(hub, evil, f"\x00{HALF}"), member(hub, "alice", "tab")):
        hub.leave(one)
        farewells.gone(one)
    farewells.write()
    farewells.write()
    assert stored(cast_, "alice", "tab").worker == ""
    assert (
        not farewells._away and not farewells._wordless
    )  # nothing of it stays here until a restart


def test_a_client_that_cannot_be_pinged_keeps_no_other_from_its_ping(
    cast_: Cast, hub: Hub, ownership: Ownership, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings(
        {
            "CONSOLE_ENV": "development",
            "CONSOLE_SIMULATOR": "off",
            "CONSOLE_DATABASE_URL": "sqlite:///x",
        }
    )
    accounts = Accounts(cast_.database, SessionAge(whole=30 * DAY, idle=12 * HOUR))
    orders = Commands(cast_.switchboard, 10_000)
    presence = Presence(
        hub, cast_.units, ownership, orders, cast(Fragments, None), accounts, settings, "w"
    )
    good, bad = member(hub, "alice", "tab"), member(hub, "bob", "tab")
    good.held = bad.held = None
    cast_.holds("alice", "tab", 1)
    cast_.holds("bob", "tab", 1)
    set_no_peers = ownership.leases.set_no_peers

    def fails_for_bob(session: Any, agent: str, *more: Any) -> None:
        if agent == "bob":
            raise ValueError("a fault of ours")
        set_no_peers(session, agent, *more)

    monkeypatch.setattr(ownership.leases, "set_no_peers", fails_for_bob)
    presence._ping()
    assert cast(Ear, good.connection).writes and not cast(Ear, bad.connection).writes


class Stumbles(Switchboard):
    """Has a fault of its own with calls from one number."""

    def take(self, unit: UnitOfWork, event: Any) -> None:
        if event.number == "+84900000000":
            raise ValueError("a fault of ours")
        super().take(unit, event)


def ringing(call: str, number: str) -> Mapping[str, Any]:
    return {
        "type": "ringing", "at": 1_700_000_000_000, "call": call, "connection": CONNECTION, "direction": "inbound", "number": number,
    }  # fmt: skip


def test_an_event_that_cannot_be_taken_in_is_kept_and_the_next_one_counts(cast_: Cast) -> None:
    cast_.holds("alice", "tab", 1)
    switchboard = Stumbles(cast_.units, cast_.switchboard.leases)
    switchboard.phone_event("home", "alice", "tab", 1, 1, ringing("bad", "+84900000000"))
    switchboard.phone_event("home", "alice", "tab", 2, 1, ringing("good", "+84901234567"))
    assert [call.client_call_id for call in cast_.calls("alice")] == ["good"]
    with cast_.database.read() as session:
        assert [kept.payload["call"] for kept in session.query(models.UnknownEvent)] == ["bad"]
    assert stored(cast_, "alice", "tab").event_n == 2


class Forgets(Switchboard):
    """Is stopped in the middle of its first transaction, which the database then ends."""

    tries = 0

    def take(self, unit: UnitOfWork, event: Any) -> None:
        self.tries += 1
        if self.tries == 1:
            raise self.error
        super().take(unit, event)

    error: Exception = ValueError("passes by itself")


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (ValueError("passes by itself"), 2),
        (InternalError("select", {}, Exception("idle in transaction")), 1),
        (InterruptedError("the work was stopped"), 1),
    ],
)
def test_an_event_is_not_set_aside_for_what_passes_by_itself(
    cast_: Cast, error: Exception, tries: int
) -> None:
    """Where the database is away, the page sends the event again."""
    cast_.holds("alice", "tab", 1)
    switchboard = Forgets(cast_.units, cast_.switchboard.leases)
    switchboard.error = error
    for _ in range(2):
        try:
            switchboard.phone_event("home", "alice", "tab", 1, 1, ringing("good", "+84901234567"))
        except (InternalError, InterruptedError):
            assert tries == 1 and not cast_.calls("alice")
    assert [call.client_call_id for call in cast_.calls("alice")] == ["good"]
    with cast_.database.read() as session:
        assert session.query(models.UnknownEvent).count() == 0


def test_while_the_database_is_away_nobody_is_set_aside() -> None:
    tried: list[list[int]] = []

    def work(items: list[int]) -> None:
        tried.append(items)
        raise OperationalError("select", {}, Exception("away"))

    with pytest.raises(OperationalError):
        all_or_each([1, 2, 3], work, log, str)
    assert tried == [[1, 2, 3]]


def test_ids_are_logged_on_one_line_whatever_they_hold(caplog: pytest.LogCaptureFixture) -> None:
    def work(ids: tuple[str]) -> None:
        raise ValueError

    one_by_one([(f"a\n2026 INFO forged {HALF}" + "x" * 1_000,)], work, log)
    (unit,) = caplog.records
    assert (
        "\n" not in unit.getMessage()
        and unit.getMessage().isascii()
        and len(unit.getMessage()) < 300
    )
