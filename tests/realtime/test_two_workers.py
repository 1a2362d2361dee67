"""Two workers on one PostgreSQL and one Redis: changes of one reach the sockets of the other, with
Redis and without.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator

import pytest
from redis import Redis as RedisClient

from console.storage import models
from console.storage.command_args import CommandArgs
from console.storage.database import Database
from tests.realtime.alices_changes import (
    AT_ONCE,
    QUICK,
    away,
    catches_up,
    client_row,
    fresh,
    give_back,
    hears,
    numbers,
    quickest,
    written,
)
from tests.servers import ConsoleServer, Postgres, Redis
from tests.servers.server_process import wait_for
from tests.servers.web_client import WebClient

Web = Callable[..., WebClient]


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    with Redis() as server:
        yield server


@pytest.fixture(scope="module")
def store(postgres: Postgres) -> Iterator[Database]:
    database = Database(postgres.new_database())
    yield database
    database.close()
    postgres.drop(database.engine.url.set(drivername="postgresql").render_as_string())


@pytest.fixture(scope="module")
def workers(store: Database, redis: Redis) -> Iterator[tuple[ConsoleServer, ConsoleServer]]:
    url = store.engine.url.set(drivername="postgresql").render_as_string()
    with (
        ConsoleServer(database_url=url, redis_url=redis.url, **QUICK) as one,
        ConsoleServer(database_url=url, redis_url=redis.url, **QUICK) as two,
    ):
        yield one, two


@pytest.fixture
def alices(workers: tuple[ConsoleServer, ConsoleServer], web: Web) -> tuple[WebClient, WebClient]:
    """Alice, signed in on each worker."""
    return web(workers[0], "alice"), web(workers[1], "alice")


def test_changes_of_both_workers_reach_all_sockets_in_order(
    alices: tuple[WebClient, WebClient], store: Database
) -> None:
    sockets = [alice.hello(fresh("order")) for alice in alices]
    start = max(socket.seen[-1]["seq"] for socket in sockets)
    for n in range(40):
        away(store, alices[n % 2], f"reason {n}")
    for socket in sockets:
        hears(socket, "reason 39")
    assert quickest(store, alices, sockets, "quick") < AT_ONCE
    for socket in sockets:
        heard = [number for number in numbers(socket) if number > start]
        assert heard == sorted(set(heard))
        assert heard == [number for number in written(store, start) if number <= heard[-1]]


def test_a_lease_claimed_on_one_worker_denies_on_the_other(
    alices: tuple[WebClient, WebClient],
) -> None:
    holder, epoch = alices[0].claimed(fresh("claim"))
    other = alices[1].hello(fresh("claim"), browser="b2")
    assert other.seen[-1]["lease"]["epoch"] == epoch
    other.send(type="lease.claim")
    denied = other.until("lease.denied")
    assert (denied["epoch"], denied["holder"]["why"]) == (epoch, "held")
    give_back(holder)


def test_a_take_over_works_across_workers(alices: tuple[WebClient, WebClient]) -> None:
    holder, epoch = alices[0].claimed(fresh("old"))
    requester = alices[1].hello(name := fresh("new"), browser="b2")
    requester.send(type="lease.claim", confirm=True)
    revoked = holder.until("lease.revoked")
    assert (revoked["epoch"], revoked["holder"]["client"]) == (epoch, name)
    assert [message for message in requester.quiet(0.3) if message["type"] == "lease.granted"] == []
    holder.send(type="lease.released", epoch=epoch)
    assert requester.until("lease.granted")["epoch"] == epoch + 1
    assert holder.until("lease.denied")["holder"]["client"] == name
    give_back(requester)


def test_a_command_and_its_result_cross_workers(alices: tuple[WebClient, WebClient]) -> None:
    owner, epoch = alices[0].claimed(fresh("owner"))
    follower = alices[1].hello(name := fresh("follower"), browser="b2")
    assert (
        alices[1]
        .post("/commands/dial", id="d1", client=name, epoch=epoch, number="1002")
        .status_code
        == 202
    )
    command = owner.until("command")
    assert (command["name"], command["args"], command["epoch"]) == (
        "dial",
        {"number": "1002"},
        epoch,
    )
    owner.send(type="command.result", id=command["id"], ok=False, code="no_microphone")
    result = follower.until("command.result")
    assert (result["id"], result["ok"], result["code"]) == ("d1", False, "no_microphone")
    give_back(owner)


def kept(store: Database) -> str:
    """The journal and the pending commands, as text."""
    with store.read() as session:
        lines = [row.payload for row in session.query(models.JournalRow)]
        return json.dumps([*lines, *(row.args for row in session.query(CommandArgs))])


def test_keypad_tones_reach_the_phone_and_are_kept_nowhere(
    alices: tuple[WebClient, WebClient], store: Database, redis: Redis
) -> None:
    secret, passed = "918273645", list[bytes]()
    owner, epoch = alices[0].claimed(fresh("owner"))
    alices[1].hello(name := fresh("follower"), browser="b2")
    with RedisClient.from_url(redis.url) as client, client.pubsub() as published:
        published.subscribe("console:journal")
        answer = alices[1].post(
            "/commands/dtmf", id=fresh("d"), client=name, epoch=epoch, call="c", digits=secret
        )
        assert answer.status_code == 202
        command = owner.until("command")
        assert command["args"]["digits"] == secret
        while message := published.get_message(timeout=0.5):
            passed.append(str(message["data"]).encode())
    assert b"dtmf" in b"".join(passed)
    assert secret.encode() not in b"".join(passed)
    owner.send(type="command.result", id=command["id"], ok=True)
    wait_for(lambda: secret not in kept(store), 10, "the digits to be gone")
    assert '"dtmf"' in kept(store)
    give_back(owner)


def test_a_command_without_an_answer_leaves_nothing_behind(
    alices: tuple[WebClient, WebClient], store: Database
) -> None:
    owner, epoch = alices[0].claimed(fresh("owner"))
    alices[0].post(
        "/commands/dtmf", id=fresh("d"), client="other", epoch=epoch, call="c", digits="55566777"
    )
    owner.until("command")
    wait_for(lambda: "55566777" not in kept(store), 30, "the digits to be gone")
    give_back(owner)


def test_a_second_socket_on_another_worker_replaces_the_first(
    alices: tuple[WebClient, WebClient],
    workers: tuple[ConsoleServer, ConsoleServer],
    store: Database,
) -> None:
    name = fresh("same")
    first, epoch = alices[0].claimed(name)
    for turn in (1, 0, 1):
        second = alices[turn].hello(name)
        assert first.goodbye() == (4409, 4409)
        assert second.until("lease.granted")["epoch"] == epoch
        second.until("ping", lambda message: message.get("epoch") == epoch)
        assert f":{workers[turn].port}:" in client_row(store, name).worker
        first = second
    assert all(message["type"] != "goodbye" for message in first.quiet(2))
    give_back(first)


def test_a_late_leave_on_another_worker_ends_no_returned_page(
    alices: tuple[WebClient, WebClient],
) -> None:
    name = fresh("reload")
    before, epoch = alices[0].claimed(name)
    alices[0].page_data()
    before.send(type="lease.leaving", epoch=epoch)
    before.close()
    after = alices[0].hello(name)
    assert after.until("lease.granted")["epoch"] == epoch
    assert alices[1].post("/commands/leave", client=name, epoch=epoch).status_code == 204
    lost = [
        message
        for message in after.quiet(3)
        if message["type"] in ("lease.denied", "lease.granted")
    ]
    assert lost == []
    give_back(after)


def test_sign_out_on_one_worker_closes_sockets_on_the_other(
    workers: tuple[ConsoleServer, ConsoleServer], web: Web
) -> None:
    here = web(workers[0], "bob")
    there = WebClient(workers[1])
    there.http.cookies.update(here.http.cookies)
    socket = there.hello(fresh("out"))
    here.http.post("/sign-out", data={"csrf_token": here.csrf})
    assert socket.goodbye() == (4401, 4401)


def test_a_ticket_is_good_once_across_workers(alices: tuple[WebClient, WebClient]) -> None:
    ticket = f"ticket.{alices[0].post('/realtime/ticket').json()['ticket']}"
    socket = alices[1].socket(cookie=False, protocols=("console.v1", ticket))
    socket.send(type="hello", client=fresh("ticket"), view="workspace", locale="en")
    socket.until("welcome")
    assert alices[0].socket(cookie=False, protocols=("console.v1", ticket)).goodbye() == (
        4401,
        4401,
    )


def test_the_workers_count_failed_sign_ins_together(
    workers: tuple[ConsoleServer, ConsoleServer], web: Web
) -> None:
    def fails(worker: ConsoleServer) -> int:
        stranger = web(worker)
        token = (
            stranger.http.get("/sign-in")
            .text.partition('name="csrf_token" value="')[2]
            .partition('"')[0]
        )
        return stranger.http.post(
            "/sign-in", data={"username": "mallory", "password": "wrong", "csrf_token": token}
        ).status_code

    assert 429 not in [fails(workers[n % 2]) for n in range(10)]
    assert [fails(worker) for worker in workers] == [429, 429]


def test_without_redis_changes_come_through_the_journal(
    alices: tuple[WebClient, WebClient],
    workers: tuple[ConsoleServer, ConsoleServer],
    redis: Redis,
    store: Database,
) -> None:
    sockets = [alice.hello(fresh("lost")) for alice in alices]
    start = max(socket.seen[-1]["seq"] for socket in sockets)
    redis.kill()
    delays = []
    for n in range(6):
        away(store, alices[n % 2], f"no redis {n}")
        delays.append(hears(sockets[1 - n % 2], f"no redis {n}"))
    assert sorted(delays)[3] < 1.5, delays
    redis.start()
    again = [f"redis again {n}" for n in range(12)]
    for n, reason in enumerate(
        again
    ):  # the first of these fall into the moment when one of the two has Redis back
        away(store, alices[n % 2], reason)
        delays.append(hears(sockets[1 - n % 2], reason))
    assert sorted(delays)[len(delays) // 2] < 1.5, delays
    assert quickest(store, alices, sockets, "redis") < AT_ONCE
    for socket in sockets:
        catches_up(socket, written(store, start)[-1])
        heard = [number for number in numbers(socket) if number > start]
        assert heard == written(store, start), delays


def test_a_redis_that_hangs_delays_no_request_and_loses_nothing(
    alices: tuple[WebClient, WebClient], redis: Redis, store: Database
) -> None:
    sockets = [alice.hello(fresh("hung")) for alice in alices]
    start = max(socket.seen[-1]["seq"] for socket in sockets)
    redis.freeze()
    try:
        took = []
        for n in range(6):
            took.append(away(store, alices[n % 2], f"hung {n}"))
            assert hears(sockets[1 - n % 2], f"hung {n}") < 8
            time.sleep(0.3)
        assert max(took) < 1.5, took  # one that waited for Redis would wait its 2 s
    finally:
        redis.thaw()
    time.sleep(3)
    assert quickest(store, alices, sockets, "thawed") < AT_ONCE
    for socket in sockets:
        catches_up(socket, written(store, start)[-1])
        assert [number for number in numbers(socket) if number > start] == written(store, start)
