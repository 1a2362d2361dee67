"""One server with two workers, as CONSOLE_WORKERS=2 makes it; one of them is killed."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import websocket

from console.storage import models
from console.storage.database import Database
from tests.realtime.alices_changes import QUICK, away, client_row, hears
from tests.servers import ConsoleServer, Postgres, Redis
from tests.servers.server_process import wait_for
from tests.servers.web_client import Socket, WebClient

Web = Callable[..., WebClient]


@pytest.fixture
def pair(postgres: Postgres, redis_server: Redis) -> Iterator[ConsoleServer]:
    url = postgres.new_database()
    with ConsoleServer(database_url=url, redis_url=redis_server.url, workers=2, **QUICK) as server:
        yield server
    postgres.drop(url)


def spread(client: WebClient, store: Database, name: str) -> dict[str, list[Socket]]:
    """Opens sockets until both workers have some; returns worker → sockets."""
    found: dict[str, list[Socket]] = {}
    for n in range(200):
        socket = client.hello(f"{name}-{n}", browser=f"b-{n}")
        found.setdefault(client_row(store, f"{name}-{n}").worker, []).append(socket)
        if len(found) == 2 and n > 4:
            return found
    raise AssertionError("one worker took them all")


def test_clients_of_a_killed_worker_count_as_disconnected_later(
    pair: ConsoleServer, web: Web
) -> None:
    store = Database(pair.database_url)
    alice, sam = web(pair, "alice"), web(pair, "sam")
    by_worker = spread(alice, store, "tab")
    (dead, lost), (_, kept) = by_worker.items()
    away(store, alice, "before")
    for socket in [*lost, *kept]:
        hears(socket, "before")
    with store.write() as session:
        # its rows are locked in the order in which the worker locks them
        rows = session.query(models.Client).filter_by(worker=dead)
        for row in rows.order_by(models.Client.agent_id, models.Client.id).with_for_update():
            row.registered = True
    walls = [sam.hello(f"wall-{n}", "wall") for n in range(8)]
    os.kill(int(dead.rpartition(":")[2]), signal.SIGKILL)
    for socket in lost:
        assert ends(socket)

    def given_up() -> bool:
        with store.read() as session:
            return session.query(models.Client).filter(models.Client.worker == dead).count() == 0

    answering(
        [*kept, *walls], lambda: wait_for(given_up, 30, "the dead worker's clients to be given up")
    )
    with store.read() as session:
        tabs: list[Any] = (
            session.query(models.Client)
            .filter(models.Client.id.in_([f"tab-{n}" for n in range(200)]))
            .all()
        )
        assert {row.registered for row in tabs if not row.worker} == {False}
        assert len([row for row in tabs if row.worker]) == len(kept)
    assert any(
        any(message["type"] == "change" and "tile-" in message["html"] for message in wall.seen)
        for wall in heard(walls)
    )
    back = alice.hello("tab-0", browser="b-0")
    away(store, alice, "after")
    hears(back, "after")
    store.close()


def ends(socket: Socket) -> bool:
    try:
        while socket.receive(5) is not None:
            pass
    except (OSError, websocket.WebSocketException):
        pass
    return True


def answering(sockets: list[Socket], work: Callable[[], object]) -> None:
    """Does `work` while these clients answer the pings of a worker that lives."""
    over = threading.Event()

    def answer() -> None:
        while not over.is_set():
            for socket in sockets:
                try:
                    socket.receive(0.02)
                except (OSError, websocket.WebSocketException):
                    pass

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        work()
    finally:
        over.set()
        thread.join()


def heard(sockets: list[Socket]) -> list[Socket]:
    for socket in sockets:
        try:
            socket.quiet(0.1)
        except (OSError, websocket.WebSocketException):
            pass
    return sockets
