"""Hostile text in every field of every message closes at most its own socket."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import websocket
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from console.realtime.messages import FROM_BROWSER
from console.storage import models
from console.storage.database import Database
from tests.hostile.texts import HALF, VALUES
from tests.property_examples import examples
from tests.servers import ConsoleServer, Postgres, wait_for
from tests.servers.web_client import Socket, WebClient

QUICK = {
    "ping_seconds": 1,
    "suspect_seconds": 3,
    "fence_seconds": 4,
    "expire_seconds": 5,
    "start_grace_seconds": 1,
}
GOOD: dict[str, dict[str, Any]] = {
    "hello": {
        "client": "h",
        "view": "workspace",
        "locale": "en",
        "browser": "b",
        "formerly": "f",
        "epoch": 0,
        "serial": 0,
    },
    "pong": {
        "n": 1,
        "epoch": 0,
        "audible": True,
        "microphone": "ok",
        "registered": True,
        "visible": True,
        "used": 0,
        "calls": ["x"],
    },
    "lease.claim": {"confirm": True, "call": "end", "lock_free": True},
    "lease.release": {"epoch": 0},
    "lease.leaving": {"epoch": 0},
    "lease.released": {"epoch": 0},
    "phone.event": {
        "n": 1,
        "epoch": 1,
        "event": {"type": "ringing", "at": 1_800_000_000_000, "call": "c", "connection": "k"},
    },
    "phone.data": {"n": 1, "epoch": 1, "kind": "hotlines", "items": [{"number": "1"}]},
    "command.result": {"id": "h:1", "ok": True, "code": "busy"},
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> Iterator[ConsoleServer]:
    chosen: dict[str, Any] = {}
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        chosen["database_url"] = postgres.new_database()
    with ConsoleServer(**QUICK, **chosen) as console:
        yield console


@pytest.fixture(scope="module")
def bob(server: ConsoleServer) -> Iterator[WebClient]:
    client = WebClient(server, "bob")
    yield client
    client.close()


@pytest.fixture(scope="module")
def senders(server: ConsoleServer) -> Iterator[dict[str, WebClient]]:
    """An agent for each type of message, because a user may open so many sockets a second."""
    database = Database(server.database_url)
    with database.write() as session:
        bob = session.scalars(select(models.User).where(models.User.username == "bob")).one()
        kept = {
            name: getattr(bob, name)
            for name in ("organisation_id", "team_id", "password_hash", "role")
        }
        session.add_all(
            models.User(id=models.new_id(), username=type, name=type, **kept)
            for type in FROM_BROWSER
        )
    database.close()
    clients = {type: WebClient(server, type) for type in FROM_BROWSER}
    yield clients
    for client in clients.values():
        client.close()


def send_and_end(bob: WebClient, *messages: dict[str, Any]) -> int:
    """The close code after these messages and one that always ends the socket."""
    socket = bob.socket()
    try:
        for message in messages:
            socket.send(**message)
        socket.send(type="end of the test")
        return socket.goodbye()[0]
    except (OSError, websocket.WebSocketException):
        return socket.goodbye()[0]
    finally:
        socket.close()


def hello(client: str = "h") -> dict[str, Any]:
    return {"type": "hello", **GOOD["hello"], "client": client}


def heard_on(socket: Socket) -> None:
    """Its pongs are processed, as a later ping of the server shows."""
    n = socket.until("ping")["n"]
    socket.until("ping", lambda message: message["heard"] >= n)


@pytest.mark.parametrize("type", FROM_BROWSER)
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_hostile_values_cost_their_sender_the_socket_at_most(
    senders: dict[str, WebClient], type: str, data: st.DataObject
) -> None:
    field = data.draw(st.sampled_from([*FROM_BROWSER[type].__annotations__, "event of the event"]))
    message: dict[str, Any] = {"type": type, **GOOD[type]}
    if field in FROM_BROWSER[type].__annotations__:
        message[field] = data.draw(VALUES)
    elif "event" in message:
        of_event = st.sampled_from(
            "type at call connection direction number name line external cause by availability"
            " reason x".split()
        )
        message["event"] = {**message["event"], data.draw(of_event): data.draw(VALUES)}
    else:
        message["unknown"] = data.draw(VALUES)
    before = [] if type == "hello" else [hello()]
    code = wait_for(
        lambda: (ended := send_and_end(senders[type], *before, message)) != 4429 and ended,
        30,
        "a socket",
    )
    assert code in (4400, 4403)


def test_all_clients_are_served_after_hostile_input(
    server: ConsoleServer, bob: WebClient, web: Callable[..., WebClient]
) -> None:
    heard_on(web(server, "alice").hello("a"))
    heard_on(bob.hello("b"))
    assert "Traceback" not in server.log()


POISONED = [
    ("pong", "microphone"),
    ("hello", "client"),
    ("hello", "browser"),
    ("hello", "formerly"),
    ("lease.claim", "call"),
]


def test_no_text_takes_phones_from_others(
    server: ConsoleServer, bob: WebClient, web: Callable[..., WebClient]
) -> None:
    """The attack as it was found: a pong, or the hello of a page that goes away, which no later
    batch could write.
    """
    olga = web(server, "olga").hello("o")
    for type, field in POISONED:
        for poison in (HALF, "\x00", "x" * 100):
            before = [hello("evil")] if type != "hello" else []
            assert send_and_end(bob, *before, {"type": type, **GOOD[type], field: poison}) == 4400
    heard_on(olga)
    assert "Traceback" not in server.log()


def test_a_call_with_an_unstorable_name_is_kept(
    server: ConsoleServer, web: Callable[..., WebClient]
) -> None:
    """Callers write their own names: theirs is cleaned, and the agent's socket lives."""
    client = web(server, "alice")
    alice, epoch = client.claimed("named")
    line = client.page_data()["lines"][0]
    event = {
        "type": "ringing",
        "at": 1_800_000_000_000,
        "call": "odd-name",
        "connection": line["connection"],
        "direction": "inbound",
        "number": "+84901234567",
        "name": f"A\x00{HALF}nh",
        "x": [HALF, 10**400],
    }
    alice.ws.send(json.dumps({"type": "phone.event", "n": 1, "epoch": epoch, "event": event}))
    alice.until("ack", lambda message: message["n"] == 1)
    alice.until("change", lambda message: "A\ufffd\ufffdnh" in (message.get("html") or ""))
    alice.send(
        type="phone.event",
        n=2,
        epoch=epoch,
        event={**event, "type": "ended", "at": 1_800_000_001_000},
    )
    alice.until("ack", lambda message: message["n"] == 2)
