"""Regular checks of a worker, and how it stops."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import cast

import gevent
import httpx
import pytest
import websocket

from console import create_app
from console.config import load_settings
from console.domain.lease_model import LeaseTimings
from console.realtime.fragments import Fragments
from console.realtime.housekeeping import Housekeeping
from console.realtime.hub import Hub, Member
from console.realtime.websocket_connection import WebSocketConnection
from console.storage import client_store, models
from console.storage.accounts import DAY, HOUR, MINUTE, Accounts, SessionAge
from console.storage.database import Database
from console.storage.leases import Leases
from tests.cast import CONNECTION, Cast
from tests.realtime.listeners import FakeSocket, Renders
from tests.servers import ConsoleServer
from tests.servers.web_client import Socket, WebClient

Web = Callable[..., WebClient]


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return Accounts(database, SessionAge(whole=30 * DAY, idle=12 * HOUR))


@pytest.fixture
def hub(cast_: Cast) -> Hub:
    made = Hub(cast_.database, cast(Fragments, Renders()))
    made.start()
    return made


def new_housekeeping(
    cast_: Cast, hub: Hub, accounts: Accounts, leases: Leases | None = None
) -> Housekeeping:
    leases = leases or cast_.leases
    expire = leases.timings.expire
    return Housekeeping(
        hub, cast_.database, leases.clock, cast_.units, accounts, cast_.sign_outs, expire
    )


def end_old_sign_ins(cast_: Cast, hub: Hub, accounts: Accounts) -> None:
    """Ends old sign-ins, and lets the hub notify the sockets."""
    new_housekeeping(cast_, hub, accounts).end_old_sign_ins()
    hub.take(cast_.entries)
    gevent.sleep(0.05)


def signed_in(cast_: Cast, hub: Hub, user: str, *, age: int = 0, idle: int = 0) -> FakeSocket:
    """A socket of this user whose session was begun and last used so many ms ago."""
    with cast_.database.write() as session:
        now = cast_.database.now(session)
        session.add(
            models.SignInSession(
                id=f"of {user}", user_id=user, created_at=now - age, seen_at=now - idle
            )
        )
    socket = FakeSocket()
    hub.join(
        Member(
            "home",
            user,
            "c",
            "b",
            "workspace",
            "vi",
            frozenset({f"agent:{user}"}),
            f"of {user}",
            cast(WebSocketConnection, socket),
        )
    )
    return socket


def last_use(cast_: Cast, user: str) -> int:
    """How many ms ago the session was last used."""
    with cast_.database.read() as session:
        return (
            cast_.database.now(session)
            - session.get_one(models.SignInSession, f"of {user}").seen_at
        )


def test_an_open_page_keeps_its_sign_in_in_use(cast_: Cast, hub: Hub, accounts: Accounts) -> None:
    socket = signed_in(cast_, hub, "alice", idle=2 * HOUR)
    end_old_sign_ins(cast_, hub, accounts)
    assert socket.goodbyes == []
    assert last_use(cast_, "alice") < MINUTE


def test_a_sign_in_that_is_too_old_loses_its_sockets(
    cast_: Cast, hub: Hub, accounts: Accounts
) -> None:
    old, young = signed_in(cast_, hub, "alice", age=31 * DAY), signed_in(cast_, hub, "bob")
    end_old_sign_ins(cast_, hub, accounts)
    assert (old.goodbyes, young.goodbyes) == ([4401], [])


def test_a_socket_does_not_renew_an_idle_sign_in(cast_: Cast, hub: Hub, accounts: Accounts) -> None:
    socket = signed_in(cast_, hub, "alice", idle=13 * HOUR)
    end_old_sign_ins(cast_, hub, accounts)
    assert socket.goodbyes == [4401]
    with cast_.database.read() as session:
        assert session.get(models.SignInSession, "of alice") is None


def test_no_time_limit_ends_a_sign_in_during_a_call(
    cast_: Cast, hub: Hub, accounts: Accounts
) -> None:
    socket = signed_in(cast_, hub, "alice", age=31 * DAY)
    with cast_.database.write() as session:
        session.add(
            models.Call(
                id="call",
                conversation_id="call",
                organisation_id="home",
                connection_id=CONNECTION,
                agent_id="alice",
                client_call_id="k",
                direction="inbound",
                state="active",
                started_at=1,
                last_seen_at=1,
                hold_marks=[],
                mute_marks=[],
            )
        )
    end_old_sign_ins(cast_, hub, accounts)
    assert socket.goodbyes == []
    with cast_.database.write() as session:
        session.get_one(models.Call, "call").state = "ended"
    end_old_sign_ins(cast_, hub, accounts)
    assert socket.goodbyes == [4401]


def test_a_disabled_user_loses_their_sockets_and_their_phone(
    cast_: Cast, hub: Hub, accounts: Accounts
) -> None:
    socket = signed_in(cast_, hub, "alice")
    cast_.holds("alice", "c", 1)
    with cast_.database.write() as session:
        session.get_one(models.Client, ("alice", "c")).session_id = "of alice"
        session.get_one(models.User, "alice").disabled = True
    end_old_sign_ins(cast_, hub, accounts)
    assert socket.goodbyes == [4401]
    with cast_.database.read() as session:
        assert session.get_one(models.Lease, "alice").holder is None


@pytest.fixture
def housekeeping(cast_: Cast, hub: Hub, accounts: Accounts) -> Housekeeping:
    """The housekeeping of a worker that started long ago."""
    return new_housekeeping(
        cast_, hub, accounts, Leases(cast_.database, LeaseTimings(start_grace=0))
    )


def of_worker(cast_: Cast, name: str, silent: int) -> None:
    with cast_.database.write() as session:
        heard_at = cast_.database.now(session) - silent
        session.add(
            models.Client(
                agent_id="alice",
                id=name,
                view="workspace",
                worker="w",
                registered=True,
                heard_at=heard_at,
            )
        )


def workers_of(cast_: Cast) -> dict[str, tuple[str, bool]]:
    with cast_.database.read() as session:
        return {row.id: (row.worker, row.registered) for row in session.query(models.Client)}


def test_silent_clients_count_as_disconnected_and_are_shown_so(
    cast_: Cast, housekeeping: Housekeeping
) -> None:
    of_worker(cast_, "silent", 36_000)
    of_worker(cast_, "heard", 10_000)
    housekeeping.give_up_silent()
    assert workers_of(cast_) == {"silent": ("", False), "heard": ("w", True)}
    assert [entry.type for entry in cast_.entries] == ["agent"]
    housekeeping.give_up_silent()
    assert len(cast_.entries) == 1


def test_no_call_is_given_up_in_the_grace_after_a_start(
    cast_: Cast, hub: Hub, accounts: Accounts
) -> None:
    of_worker(cast_, "silent", 36_000)
    started = Leases(cast_.database, LeaseTimings())
    new_housekeeping(cast_, hub, accounts, started).give_up_silent()
    assert workers_of(cast_) == {"silent": ("w", True)}


def test_a_worker_takes_a_client_back_that_was_given_up(cast_: Cast) -> None:
    of_worker(cast_, "c", 0)
    with cast_.database.write() as session:
        assert client_store.mark_disconnected(session, "alice", "c", is_back=lambda row: False)
    with cast_.database.write() as session:
        assert client_store.disconnected_among(session, [("alice", "c"), ("alice", "nobody")]) == {
            ("alice", "c")
        }
        assert not client_store.mark_connected(
            session, "alice", "c", "w2", still_there=lambda: False
        )
        assert client_store.mark_connected(session, "alice", "c", "w2", still_there=lambda: True)
    assert workers_of(cast_)["c"][0] == "w2"


# ---- stopping


def test_a_stopping_worker_refuses_sockets_before_the_upgrade(sqlite_url: str) -> None:
    app = create_app(
        load_settings({"CONSOLE_ENV": "development", "CONSOLE_DATABASE_URL": sqlite_url})
    )
    app.extensions["console"].stopping()
    answer = app.test_client().get(
        "/realtime", headers={"Origin": "http://localhost:5000"}, base_url="http://localhost:5000"
    )
    assert answer.status_code == 503
    app.extensions["console"].database.close()


def test_a_stopping_server_says_goodbye_and_ends_in_ten_seconds(web: Web) -> None:
    with ConsoleServer(hello_seconds=60) as console:
        alice, *others = (web(console, name) for name in ("alice", "bob", "sam"))
        sockets: list[Socket] = [
            (alice, *others)[n % 3].hello(f"c-{n}", browser=f"b-{n}") for n in range(45)
        ]
        sockets += [alice.socket() for _ in range(5)]  # these have not said hello yet
        began = time.monotonic()
        assert console.process
        console.process.terminate()
        assert sockets[0].goodbye() == (1012, 1012)
        with pytest.raises((websocket.WebSocketException, OSError, httpx.TransportError)):
            alice.socket()
        for socket in sockets[1:]:
            assert socket.goodbye() == (1012, 1012)
        console.process.wait(10)
        assert time.monotonic() - began < 10
        assert console.process.returncode == 0
