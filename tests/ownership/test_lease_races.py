"""Concurrent workers on one lease."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy import select

from console.domain.lease_model import Denied, Granted, Outcome
from console.storage import client_store
from console.storage.database import Database
from console.storage.leases import Leases
from console.storage.models import LeaseEpoch

from .clock import Time
from .database_backend import WORKER, DatabaseBackend

WORKERS = 8


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """Runs the work in several threads that start together."""
    gate = Barrier(WORKERS)

    def run(number: int) -> Any:
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(run, range(WORKERS)))


def with_clients(database: Database) -> tuple[DatabaseBackend, Leases]:
    backend = DatabaseBackend(database, Time())
    for number in range(WORKERS):
        backend.hello(f"tab-{number}", f"browser-{number}", "workspace")
    return backend, backend.leases


def test_exactly_one_of_many_concurrent_claims_is_granted(database: Database) -> None:
    backend, leases = with_clients(database)

    def claim(number: int) -> Outcome:
        with database.write() as session:
            return leases.claim(session, backend.agent, f"tab-{number}")

    signals = [outcome.signals[0] for outcome in at_once(claim)]
    granted = [signal for signal in signals if isinstance(signal, Granted)]
    assert len(granted) == 1 and granted[0].epoch == 1
    assert {signal.holder for signal in signals if isinstance(signal, Denied)} == {
        granted[0].client
    }


def test_concurrent_ticks_move_a_lease_once(database: Database) -> None:
    backend, leases = with_clients(database)
    backend.act("claim", "tab-0")
    backend.act("leaving", "tab-0", 1)
    backend.time.true += 2_000

    def tick(_number: int) -> Outcome:
        with database.write() as session:
            return leases.tick(session, backend.agent)

    assert sum(bool(outcome.signals) for outcome in at_once(tick)) == 1
    assert backend.current().epoch == 2


def test_claim_during_a_sign_out_is_not_granted(database: Database) -> None:
    for _ in range(10):
        backend, leases = with_clients(database)

        def act(number: int, backend: DatabaseBackend = backend, leases: Leases = leases) -> None:
            if number == 0:
                backend.sign_out({"tab-0"})
            else:
                with database.write() as session:
                    leases.claim(session, backend.agent, "tab-0")

        at_once(act)
        assert backend.current().holder != "tab-0"


def test_lost_race_decides_again(database: Database) -> None:
    backend, leases = with_clients(database)
    real, interrupted = leases._store, []

    def store(session: Any, agent: str, old: Any, new: Any) -> bool:
        if not interrupted:
            interrupted.append(True)
            return False  # another worker was faster
        return real(session, agent, old, new)

    leases._store = store  # type: ignore[method-assign]
    assert backend.act("claim", "tab-1").signals == (Granted("tab-1", 1),)


def test_concurrent_renewal_keeps_the_holder(database: Database) -> None:
    """A tick that saw the holder silent must not replace it when its pong was stored meanwhile."""
    backend, leases = with_clients(database)
    backend.act("claim", "tab-0")
    before = backend.current()
    backend.pongs({"tab-0": before.heard_at + 10})
    assert backend.renew() == {"tab-0"}
    with database.write() as session:
        assert not leases._store(session, backend.agent, before, before)
        assert list(
            session.scalars(
                select(LeaseEpoch.client_id).where(LeaseEpoch.agent_id == backend.agent)
            )
        ) == ["tab-0"]


def test_history_knows_the_holder_of_each_epoch(database: Database) -> None:
    backend, _ = with_clients(database)
    backend.act("claim", "tab-0")
    backend.act("released", "tab-0", 1)
    holder = backend.current().holder
    assert backend.held("tab-0", 1) and not backend.held("tab-0", 2)
    assert holder and backend.held(holder, 2)


def test_workers_that_write_the_same_clients_never_deadlock(database: Database) -> None:
    """PostgreSQL ends one of two transactions that lock the same rows in different orders."""
    backend, _ = with_clients(database)
    pong = client_store.LastPong(True, True, "granted", True, 1, 2)
    pongs = [(backend.agent, f"tab-{number}", pong) for number in range(WORKERS)]

    def write(number: int) -> None:
        for again in range(25):
            with database.write() as session:
                if number == 0:
                    client_store.disconnect_workers(session, WORKER)
                else:
                    client_store.save_pongs(session, pongs[:: (-1) ** (number + again)])

    at_once(write)
