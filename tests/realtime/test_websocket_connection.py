"""One websocket: what it reads, in which order, and what an idle one holds."""

from __future__ import annotations

import gc
import json
import socket
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import gevent
import greenlet
import pytest
from flask import Flask
from wsproto.connection import Connection as Protocol
from wsproto.connection import ConnectionType
from wsproto.events import Event, Ping, Pong, TextMessage

from console.realtime import endpoint, messages
from console.realtime.disconnects import Disconnects
from console.realtime.open_sockets import OpenSockets
from console.realtime.socket_session import SessionServices
from console.realtime.websocket_connection import WebSocketConnection

Pair = tuple[WebSocketConnection, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    inner, far = socket.socketpair()
    far.setblocking(False)
    near = WebSocketConnection(
        SimpleNamespace(sock=inner, ws=SimpleNamespace(connection=Protocol(ConnectionType.SERVER)))
    )
    yield near, far
    near.hang_up()
    far.close()
    gevent.sleep(0.01)


def frame(**message: Any) -> bytes:
    return Protocol(ConnectionType.CLIENT).send(TextMessage(data=json.dumps(message)))


def claim(n: int) -> bytes:
    return frame(type="lease.release", epoch=n)


def pieces(count: int) -> bytes:
    """Pieces of a message that never ends."""
    client = Protocol(ConnectionType.CLIENT)
    return b"".join(client.send(TextMessage(data="", message_finished=False)) for _ in range(count))


def many(event: Event, count: int) -> bytes:
    client = Protocol(ConnectionType.CLIENT)
    return b"".join(client.send(event) for _ in range(count))


def until(came: Callable[[], object]) -> None:
    with gevent.Timeout(5):
        while not came():
            gevent.sleep(0.001)


def greenlets() -> int:
    gc.collect()
    return sum(isinstance(each, greenlet.greenlet) for each in gc.get_objects())


def test_unread_bytes_are_no_silence(pair: Pair) -> None:
    near, far = pair
    far.sendall(b"hello")
    assert near.unread()
    assert near.unread(), "asking takes nothing away"


def test_no_bytes_are_silence(pair: Pair) -> None:
    near, far = pair
    assert not near.unread()
    far.close()
    assert not near.unread()


def test_messages_are_handled_in_order_and_the_end_once(pair: Pair) -> None:
    near, far = pair
    happened: list[str] = []

    def slow(message: dict[str, Any]) -> None:
        happened.append(f"{message['epoch']} begins")
        gevent.sleep(0.01)
        happened.append(f"{message['epoch']} done")

    near.open(slow, lambda: happened.append("end"))
    far.sendall(claim(1))
    until(lambda: happened)
    far.sendall(claim(2) + claim(3))
    far.close()
    until(lambda: "end" in happened)
    gevent.sleep(0.02)
    assert happened == ["1 begins", "1 done", "2 begins", "2 done", "3 begins", "3 done", "end"]


def test_an_idle_socket_holds_no_greenlet(pair: Pair) -> None:
    near, far = pair
    heard: list[dict[str, Any]] = []
    before = greenlets()
    near.open(heard.append, lambda: None)
    far.sendall(claim(1))
    until(lambda: heard)
    gevent.sleep(0.01)
    assert greenlets() == before


def test_a_client_that_sends_much_at_once_starves_no_other(pair: Pair) -> None:
    near, far = pair
    near.open(lambda message: None, lambda: None)
    near.goodbye(1012, "restarting")
    sent, turns = far.send(bytes(1 << 20)), 0
    assert sent > 100_000
    while near.unread():
        gevent.sleep(0)
        turns += 1
    assert turns >= sent // 16384


@pytest.mark.parametrize(
    "sent",
    [many(Ping(b""), 300), many(Pong(b""), 300), pieces(300)],
    ids=["pings", "pongs", "pieces of a message"],
)
def test_too_many_frames_of_any_kind_end_the_socket(pair: Pair, sent: bytes) -> None:
    near, far = pair
    near.open(lambda message: None, lambda: None)
    far.sendall(sent)
    until(lambda: near.over)
    assert near.close_code == messages.TOO_MANY


def test_as_many_frames_as_may_come_at_once_are_answered(pair: Pair) -> None:
    near, far = pair
    heard: list[dict[str, Any]] = []
    near.open(heard.append, lambda: None)
    far.sendall(many(Ping(b""), 190) + claim(1))
    until(lambda: heard)
    assert not near.over
    assert far.recv(1000) == bytes((0x8A, 0)) * 190


def test_a_message_that_fails_ends_its_socket_with_a_goodbye(pair: Pair) -> None:
    near, far = pair
    ended: list[bool] = []

    def fails(message: dict[str, Any]) -> None:
        raise ValueError("a fault of ours")

    near.open(fails, lambda: ended.append(True))
    far.sendall(claim(1))
    until(lambda: near.over)
    assert b"internal error" in far.recv(1000)
    far.close()
    until(lambda: ended)


def test_the_request_ends_while_the_socket_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "_signed_in", lambda: None)
    app, sockets = Flask("sockets"), OpenSockets(cast(Disconnects, None))
    services = SimpleNamespace(sockets=sockets, hello_seconds=5)
    endpoint.init_realtime(app, cast(SessionServices, services), "http://localhost")
    near, far = socket.socketpair()
    upgrade = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "Y29uc29sZQ==",
        "Sec-WebSocket-Version": "13",
    }
    with pytest.raises(StopIteration):  # tells gunicorn that the request was answered
        app.test_client().get(
            "/realtime",
            headers={"Origin": "http://localhost", **upgrade},
            environ_overrides={"gunicorn.socket": near},
        )
    assert near.fileno() == -1, "the request has nothing left to close"
    assert len(sockets) == 1
    assert far.recv(12) == b"HTTP/1.1 101"
    assert b"goodbye" in far.recv(1000)
    far.close()
    until(lambda: not len(sockets))
