"""The leases that are due for a tick: each costs a transaction.

The lease backends check that no due lease is missed.
"""

from __future__ import annotations

from console.storage import models
from console.storage.database import Database
from tests.cast import Cast, assemble

from .clock import Time
from .database_backend import DatabaseBackend


def due(backend: DatabaseBackend) -> bool:
    with backend.database.read() as session:
        return (backend.organisation, backend.agent) in backend.leases.due(session)


def after_the_grace(database: Database) -> DatabaseBackend:
    """One tab of Alice, granted the phone by a tick; it has not answered yet."""
    backend = DatabaseBackend(database, Time())
    backend.current()
    backend.tick()
    backend.time.true += 60_000
    backend.hello("tab", "browser", "workspace")
    assert due(backend)
    assert backend.tick().lease.holder == "tab"
    return backend


def test_unanswered_grant_is_due_only_beside_a_peer(database: Database) -> None:
    backend = after_the_grace(database)
    backend.time.true += 4_000
    assert not due(backend)
    backend.hello("other", "another browser", "workspace")
    assert due(backend)
    assert backend.tick().lease.holder == "other"


def test_silent_holder_without_peers_is_not_due(database: Database) -> None:
    backend = after_the_grace(database)
    backend.act("confirm", "tab", 1)
    backend.time.true += 36_000
    assert not due(backend)


def test_free_phone_is_not_due_beside_an_unable_client(database: Database) -> None:
    backend = after_the_grace(database)
    backend.sign_out({"tab"})
    backend.hello("mute", "browser", "workspace")
    with database.write() as session:
        session.get_one(models.Client, (backend.agent, "mute")).microphone = "denied"
        session.get_one(models.Client, (backend.agent, "tab")).worker = ""
    assert not due(backend)


def away(cast_: Cast, agent: str) -> None:
    """The holder's page left longer ago than a reload takes."""
    cast_.holds(agent, "c", 1)
    with cast_.database.write() as session:
        session.get_one(models.Lease, agent).left_at = cast_.database.now(session) - 5_000


def test_tick_yields_between_two_due_leases(database: Database) -> None:
    cast_ = assemble(database)
    away(cast_, "alice")
    away(cast_, "bob")
    turns: list[int] = []
    cast_.due_work().tick(lambda: turns.append(len(cast_.entries)))
    assert len(turns) == 2 and 0 < turns[0] < turns[1]


def test_second_hello_notifies_only_the_holder(database: Database) -> None:
    cast_ = assemble(database)
    cast_.holds("alice", "c", 3)
    with cast_.units.begin("home") as unit:
        assert (
            cast_.ownership.returned(unit, [("alice", "c"), ("bob", "x")])["alice", "c"].epoch == 3
        )
    told = {
        "agent": "alice",
        "to": "c",
        "but": None,
        "message": {"type": "lease.granted", "epoch": 3},
    }
    assert [(entry.type, entry.payload) for entry in cast_.entries] == [("signal", told)]


def test_return_after_leaving_is_announced_to_the_others(database: Database) -> None:
    cast_ = assemble(database)
    away(cast_, "alice")
    with cast_.units.begin("home") as unit:
        cast_.ownership.returned(unit, [("alice", "c")])
    signals = [entry.payload for entry in cast_.entries if entry.type == "signal"]
    assert [(one["to"], one["but"], one["message"]["type"]) for one in signals] == [
        ("c", None, "lease.granted"),
        (None, "c", "lease.denied"),
    ]
