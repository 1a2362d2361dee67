"""Late messages of a stopped worker change nothing of a newer socket of the same client."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from console.storage import models
from console.storage.database import Database
from tests.realtime.alices_changes import QUICK, client_row, fresh
from tests.servers import ConsoleServer, Postgres, Redis
from tests.servers.web_client import Socket, WebClient

Web = Callable[..., WebClient]


@pytest.fixture(scope="module")
def store(postgres: Postgres) -> Iterator[Database]:
    database = Database(postgres.new_database())
    yield database
    database.close()


@pytest.fixture(scope="module")
def workers(store: Database) -> Iterator[tuple[ConsoleServer, ConsoleServer]]:
    url = store.engine.url.set(drivername="postgresql").render_as_string()
    with Redis() as redis:
        shared = {"database_url": url, "redis_url": redis.url, **QUICK}
        with ConsoleServer(**shared) as one, ConsoleServer(**shared) as two:
            yield one, two


@pytest.fixture
def alices(workers: tuple[ConsoleServer, ConsoleServer], web: Web) -> tuple[WebClient, WebClient]:
    """Alice, signed in on each worker."""
    return web(workers[0], "alice"), web(workers[1], "alice")


@contextmanager
def stopped(store: Database, client: str) -> Iterator[None]:
    """Stops the worker that holds this client's socket."""
    worker = int(client_row(store, client).worker.rpartition(":")[2])
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


def lease(store: Database) -> models.Lease:
    with store.read() as session:
        return session.query(models.Lease).join(models.User).filter_by(username="alice").one()


def still_holds(socket: Socket, store: Database, client: str) -> None:
    """Waits for pings that name it as the holder, longer than a page that left keeps its lease."""
    for _ in range(3):
        assert socket.until("ping", lambda ping: ping["n"] > 3)["epoch"] == socket.epoch
    assert (lease(store).holder, lease(store).left_at) == (client, None)


def gone(socket: Socket, store: Database) -> None:
    socket.send(type="lease.release", epoch=socket.epoch)
    socket.until("lease.denied")


def test_a_late_hello_does_not_replace_the_newer_socket(
    alices: tuple[WebClient, WebClient], store: Database
) -> None:
    alices[0].hello(probe := fresh("probe"))
    late, name = alices[0].socket(), fresh("page")
    with stopped(store, probe):
        late.send(type="hello", client=name, serial=1, view="workspace", locale="en", browser="b1")
        live = alices[1].hello(name, serial=2)
        live.send(type="lease.claim")
        live.until("lease.granted")
    assert late.goodbye() == (4409, 4409)
    still_holds(live, store, name)
    assert client_row(store, name).serial == 2
    gone(live, store)


@pytest.mark.parametrize("word", ["lease.leaving", "lease.release", "lease.released"])
def test_a_late_leave_keeps_the_lease_of_the_reloaded_page(
    alices: tuple[WebClient, WebClient], store: Database, word: str
) -> None:
    before, name = alices[0].hello(name := fresh("page"), serial=1), name
    before.send(type="lease.claim")
    epoch = before.until("lease.granted")["epoch"]
    with stopped(store, name):
        before.send(type=word, epoch=epoch)
        after = alices[1].hello(name, serial=2)
        assert after.until("lease.granted")["epoch"] == epoch
    still_holds(after, store, name)
    gone(after, store)


def test_a_late_leave_by_http_frees_no_lease(
    alices: tuple[WebClient, WebClient], store: Database
) -> None:
    alice, name = alices[0], fresh("page")
    live = alice.hello(name, serial=2)
    live.send(type="lease.claim")
    epoch = live.until("lease.granted")["epoch"]
    with store.write() as session:
        session.query(models.Client).filter_by(id=name).update({"arrived_at": 0})
    left = {"client": name, "epoch": epoch, "events": [], "serial": 1}
    assert alice.post("/commands/leave", **left).status_code == 204
    assert (lease(store).holder, lease(store).left_at) == (name, None)
    gone(live, store)


def test_a_closed_page_frees_its_lease_without_a_wait(
    alices: tuple[WebClient, WebClient], store: Database
) -> None:
    closing, waiting = alices[0].hello(fresh("page"), serial=1), alices[1].hello(fresh("page"))
    closing.send(type="lease.claim")
    epoch = closing.until("lease.granted")["epoch"]
    waiting.until("ping")
    alices[0].page_data()
    with store.write() as session:  # the page was opened long ago
        session.query(models.SignInSession).update({"page_at": 1})
    closing.send(type="lease.leaving", epoch=epoch)
    closing.close()
    assert waiting.until("lease.granted", timeout=1.5)["epoch"] == epoch + 1
    gone(waiting, store)


def test_a_reloading_page_keeps_its_lease_for_a_moment(
    alices: tuple[WebClient, WebClient], store: Database
) -> None:
    reloading, waiting = alices[0].hello(name := fresh("page")), alices[1].hello(fresh("page"))
    reloading.send(type="lease.claim")
    epoch = reloading.until("lease.granted")["epoch"]
    alices[0].page_data()
    reloading.send(type="lease.leaving", epoch=epoch)
    reloading.close()
    after = alices[0].hello(name)
    assert after.until("lease.granted")["epoch"] == epoch
    assert [one for one in waiting.seen if one["type"] == "lease.granted"] == []
    gone(after, store)


def test_sockets_without_a_serial_count_in_the_order_they_arrive(
    alices: tuple[WebClient, WebClient],
) -> None:
    first = alices[0].hello(name := fresh("page"))
    alices[0].hello(name).until("ping")
    assert first.goodbye() == (4409, 4409)
