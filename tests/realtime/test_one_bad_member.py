"""A member that cannot be written delays no other: it is set aside and logged."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy.exc import InternalError, OperationalError

from console.realtime.disconnects import Disconnects
from console.realtime.fragments import Fragments
from console.realtime.heartbeat import Heartbeat
from console.realtime.hub import Hub, Member
from console.realtime.pings import Pings
from console.realtime.websocket_connection import WebSocketConnection
from console.services.carriers import Carriers
from console.services.switchboard import Switchboard
from console.services.unit_of_work import UnitOfWork
from console.storage import models
from console.storage.batches import all_or_each
from console.storage.client_store import LastPong
from console.storage.one_by_one import one_by_one
from tests.cast import CONNECTION, Cast
from tests.realtime.listeners import FakeSocket

HALF = "\ud83d"
log = logging.getLogger("test")


@pytest.fixture
def hub(cast_: Cast) -> Hub:
    return Hub(cast_.database, cast(Fragments, None))


def new_heartbeat(cast_: Cast, hub: Hub, carriers: Carriers) -> Heartbeat:
    leases = cast_.leases
    return Heartbeat(hub, cast_.database, cast_.units, leases, carriers, "w")


def member(hub: Hub, agent: str, client: str) -> Member:
    """Joins a member that the endpoint would refuse: even so it must harm no other."""
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
        cast(WebSocketConnection, FakeSocket()),
    )
    hub.join(made)
    return made


def stored(cast_: Cast, agent: str, client: str) -> models.Client:
    with cast_.database.read() as session:
        return session.get_one(models.Client, (agent, client))


@pytest.mark.parametrize("broken", ["bob", "olga"])
def test_a_pong_that_cannot_be_written_delays_no_other_lease(
    cast_: Cast, hub: Hub, caplog: pytest.LogCaptureFixture, broken: str
) -> None:
    cast_.holds("alice", "tab", 1)
    heartbeat = new_heartbeat(cast_, hub, cast_.carriers())
    now = 2_000_000_000_000
    for one, microphone in (
        (member(hub, "alice", "tab"), "ok"),
        (member(hub, broken, HALF), "a\nb\x00" + HALF),
    ):
        one.ping.sent = one.heartbeat.last_pong = 1
        one.heartbeat.pong = LastPong(True, True, microphone, True, now, now)
    heartbeat.store_pongs()
    assert stored(cast_, "alice", "tab").heard_at == now
    assert [member.heartbeat.stored_pong for member in hub.members.values()] == [1, 0]
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

    def apply_pongs(self, _organisation: str, over: list[Any], _alive: list[Any]) -> None:
        if "call of alice" in [call.client_call_id for call in over]:
            raise ValueError("this end cannot be written")
        self.over += [call.client_call_id for call in over]


def test_a_call_that_cannot_be_ended_delays_no_other_pong(cast_: Cast, hub: Hub) -> None:
    calls = CallsOfPhones()
    heartbeat = new_heartbeat(cast_, hub, cast(Carriers, calls))
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
            one.ping.sent = n
        heartbeat._receive_all([(one, {**pong, "n": n}) for one in members])
    assert calls.over == ["call of bob"]
    assert [one.heartbeat.missing_calls for one in members] == [
        {"call of alice": 2},
        {"call of bob": 2},
    ]


@pytest.mark.parametrize("broken", ["bob", "olga"])
def test_an_unwritable_client_delays_no_other_disconnect(
    cast_: Cast, hub: Hub, broken: str
) -> None:
    cast_.holds("alice", "tab", 1)
    disconnects = Disconnects(hub, cast_.database, cast_.units, cast_.notices, "w", 0)
    for one in (member(hub, broken, f"\x00{HALF}"), member(hub, "alice", "tab")):
        disconnects.ended(one)
    disconnects.write_late()
    disconnects.write_late()
    assert stored(cast_, "alice", "tab").worker == ""
    assert not disconnects._away and not disconnects._unannounced  # the worker forgets it


def test_a_client_that_cannot_be_pinged_delays_no_other_ping(
    cast_: Cast, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    pings = Pings(hub, cast_.database, cast_.leases, 10)
    good, bad = member(hub, "alice", "tab"), member(hub, "bob", "tab")
    good.snapshot.held = bad.snapshot.held = None
    cast_.holds("alice", "tab", 1)
    cast_.holds("bob", "tab", 1)
    set_no_peers = cast_.leases.set_no_peers

    def fails_for_bob(session: Any, agent: str, *more: Any) -> None:
        if agent == "bob":
            raise ValueError("a fault of ours")
        set_no_peers(session, agent, *more)

    monkeypatch.setattr(cast_.leases, "set_no_peers", fails_for_bob)
    pings.send_due()
    assert cast(FakeSocket, good.socket).writes and not cast(FakeSocket, bad.socket).writes


class Stumbles(Switchboard):
    """Fails for calls from one number."""

    def take(self, unit: UnitOfWork, event: Any) -> None:
        if event.number == "+84900000000":
            raise ValueError("a fault of ours")
        super().take(unit, event)


def ringing(call: str, number: str) -> Mapping[str, Any]:
    return {
        "type": "ringing",
        "at": 1_700_000_000_000,
        "call": call,
        "connection": CONNECTION,
        "direction": "inbound",
        "number": number,
    }


def test_an_event_that_fails_is_kept_and_the_next_one_counts(cast_: Cast) -> None:
    cast_.holds("alice", "tab", 1)
    switchboard = Stumbles(cast_.units, cast_.leases, cast_.leases.clock, 35_000)
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
def test_an_event_is_not_set_aside_for_a_passing_failure(
    cast_: Cast, error: Exception, tries: int
) -> None:
    """The page sends the event again while the database is away."""
    cast_.holds("alice", "tab", 1)
    switchboard = Forgets(cast_.units, cast_.leases, cast_.leases.clock, 35_000)
    switchboard.error = error
    for _ in range(2):
        try:
            switchboard.phone_event("home", "alice", "tab", 1, 1, ringing("good", "+84901234567"))
        except (InternalError, InterruptedError):
            assert tries == 1 and not cast_.calls("alice")
    assert [call.client_call_id for call in cast_.calls("alice")] == ["good"]
    with cast_.database.read() as session:
        assert session.query(models.UnknownEvent).count() == 0


def test_while_the_database_is_away_no_item_is_set_aside() -> None:
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
