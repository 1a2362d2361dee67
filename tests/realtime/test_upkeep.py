"""What a worker does from time to time, and how it stops."""

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
from console.realtime import housekeeping
from console.realtime.connection import Connection
from console.realtime.fragments import Fragments
from console.realtime.hub import Hub, Member
from console.services.ownership import Ownership
from console.storage import client_store, models
from console.storage.accounts import DAY, HOUR, MINUTE, Accounts, SessionAge
from console.storage.database import Database
from console.storage.leases import Leases
from tests.cast import CONNECTION, Cast, assemble
from tests.realtime.test_hub import Ear, Renders
from tests.servers import ConsoleServer
from tests.servers.web_client import Socket, WebClient

Web = Callable[..., WebClient]


@pytest.fixture
def cast_(database: Database) -> Cast:
    return assemble(database)


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return Accounts(database, SessionAge(whole=30 * DAY, idle=12 * HOUR))


@pytest.fixture
def hub(cast_: Cast) -> Hub:
    made = Hub(cast_.database, cast(Fragments, Renders()))
    made.start()
    return made


def judge(cast_: Cast, hub: Hub, accounts: Accounts) -> None:
    """And what the hub then says to the sockets."""
    housekeeping.judge_sign_ins(hub, accounts, Ownership(cast_.switchboard, 600_000))
    hub.take(cast_.lines)
    gevent.sleep(0.05)


def signed_in(cast_: Cast, hub: Hub, user: str, *, age: int = 0, idle: int = 0) -> Ear:
    """A socket of this user whose session was begun and last used so many ms ago."""
    with cast_.database.write() as session:
        now = cast_.database.now(session)
        session.add(
            models.SignInSession(
                id=f"of {user}", user_id=user, created_at=now - age, seen_at=now - idle
            )
        )
    ear = Ear()
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
            cast(Connection, ear),
        )
    )
    return ear


def last_use(cast_: Cast, user: str) -> int:
    """How many ms ago the session was last used."""
    with cast_.database.read() as session:
        return (
            cast_.database.now(session)
            - session.get_one(models.SignInSession, f"of {user}").seen_at
        )


def test_an_open_page_keeps_its_sign_in_in_use(cast_: Cast, hub: Hub, accounts: Accounts) -> None:
    ear = signed_in(cast_, hub, "alice", idle=2 * HOUR)
    judge(cast_, hub, accounts)
    assert ear.goodbyes == []
    assert last_use(cast_, "alice") < MINUTE


def test_a_sign_in_that_is_too_old_loses_its_sockets_and_no_other_does(
    cast_: Cast, hub: Hub, accounts: Accounts
) -> None:
    old, young = signed_in(cast_, hub, "alice", age=31 * DAY), signed_in(cast_, hub, "bob")
    judge(cast_, hub, accounts)
    assert (old.goodbyes, young.goodbyes) == ([4401], [])


def test_an_idle_sign_in_is_not_brought_back_to_life_by_its_socket(
    cast_: Cast, hub: Hub, accounts: Accounts
) -> None:
    ear = signed_in(cast_, hub, "alice", idle=13 * HOUR)
    judge(cast_, hub, accounts)
    assert ear.goodbyes == [4401]
    with cast_.database.read() as session:
        assert session.get(models.SignInSession, "of alice") is None


def test_no_clock_ends_the_sign_in_of_somebody_who_is_on_a_call(
    cast_: Cast, hub: Hub, accounts: Accounts
) -> None:
    ear = signed_in(cast_, hub, "alice", age=31 * DAY)
    with cast_.database.write() as session:
        session.add(
            models.Call(
                id="call", conversation_id="call", organisation_id="home", connection_id=CONNECTION, agent_id="alice", client_call_id="k",
                direction="inbound", state="active", started_at=1, last_seen_at=1, hold_marks=[], mute_marks=[],
            )
        )  # fmt: skip
    judge(cast_, hub, accounts)
    assert ear.goodbyes == []
    with cast_.database.write() as session:
        session.get_one(models.Call, "call").state = "ended"
    judge(cast_, hub, accounts)
    assert ear.goodbyes == [4401]


def test_a_disabled_user_loses_her_sockets_and_her_phone(
    cast_: Cast, hub: Hub, accounts: Accounts
) -> None:
    ear = signed_in(cast_, hub, "alice")
    cast_.holds("alice", "c", 1)
    with cast_.database.write() as session:
        session.get_one(models.Client, ("alice", "c")).session_id = "of alice"
        session.get_one(models.User, "alice").disabled = True
    judge(cast_, hub, accounts)
    assert ear.goodbyes == [4401]
    with cast_.database.read() as session:
        assert session.get_one(models.Lease, "alice").holder is None


@pytest.fixture
def leases(cast_: Cast) -> Leases:
    return Leases(cast_.database, LeaseTimings(start_grace=0))


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


def test_clients_of_whom_nobody_hears_do_not_count_as_connected_and_their_pages_are_told(
    cast_: Cast, leases: Leases
) -> None:
    of_worker(cast_, "silent", 36_000)
    of_worker(cast_, "heard", 10_000)
    housekeeping.give_up_silent(cast_.units, leases)
    assert workers_of(cast_) == {"silent": ("", False), "heard": ("w", True)}
    assert [line.type for line in cast_.lines] == ["agent"]
    housekeeping.give_up_silent(cast_.units, leases)
    assert len(cast_.lines) == 1


def test_after_a_start_nobody_is_given_up_before_the_grace_is_over(cast_: Cast) -> None:
    of_worker(cast_, "silent", 36_000)
    housekeeping.give_up_silent(cast_.units, Leases(cast_.database, LeaseTimings()))
    assert workers_of(cast_) == {"silent": ("w", True)}


def test_a_worker_that_holds_the_socket_of_a_client_that_was_given_up_finds_it_again(
    cast_: Cast,
) -> None:
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


def test_a_worker_that_stops_refuses_new_sockets_before_the_upgrade(sqlite_url: str) -> None:
    app = create_app(
        load_settings({"CONSOLE_ENV": "development", "CONSOLE_DATABASE_URL": sqlite_url})
    )
    app.extensions["console"].stopping()
    answer = app.test_client().get(
        "/realtime", headers={"Origin": "http://localhost:5000"}, base_url="http://localhost:5000"
    )
    assert answer.status_code == 503
    app.extensions["console"].database.close()


def test_fifty_sockets_hear_a_goodbye_when_the_server_stops_and_it_ends_within_ten_seconds(
    web: Web,
) -> None:
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
