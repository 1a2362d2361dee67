"""The route /realtime for a browser: admission, invalid messages, changes, and the end."""

from __future__ import annotations

import json
import socket as sockets
import time
from collections.abc import Callable

import pytest
import websocket

from tests.servers import ConsoleServer
from tests.servers.web_client import Socket, WebClient

Web = Callable[..., WebClient]


SETTINGS = {
    "hello_seconds": 1,
    "ping_seconds": 1,
    "suspect_seconds": 3,
    "fence_seconds": 4,
    "expire_seconds": 5,
    "start_grace_seconds": 1,
}


@pytest.fixture
def alice(server: ConsoleServer, web: Web) -> WebClient:
    return web(server, "alice")


def test_a_page_of_another_origin_is_refused_before_the_upgrade(alice: WebClient) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        alice.socket(origin="https://evil.example")
    assert refused.value.status_code == 403


def test_a_socket_without_a_sign_in_is_asked_to_sign_in(server: ConsoleServer, web: Web) -> None:
    assert web(server).socket(cookie=False).goodbye() == (4401, 4401)


def test_a_socket_without_a_hello_is_closed(alice: WebClient) -> None:
    assert alice.socket().goodbye() == (4408, 4408)


def test_compression_is_declined(alice: WebClient) -> None:
    opened = websocket.create_connection(
        alice.url.replace("http", "ws") + "/realtime",
        origin=alice.url,
        cookie=alice.cookie(),
        subprotocols=["console.v1"],
        header=["Sec-WebSocket-Extensions: permessage-deflate"],
    )
    assert "sec-websocket-extensions" not in {name.lower() for name in opened.getheaders()}
    opened.close()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("not json", 4400),
        ('{"type":"lease.claim"}', 4400),
        ('{"type":"nonsense"}', 4400),
        ('{"type":"hello","client":"x","view":"workspace"}', 4400),
        ('{"type":"hello","client":"x","view":"nowhere","locale":"vi"}', 4400),
        ('{"type":"hello","client":"","view":"workspace","locale":"vi"}', 4400),
        ('{"type":"hello","client":"x","view":"wall","locale":"vi"}', 4403),
        ("[" * 5000, 4400),
        ('{"type":"hello","client":"' + "x" * 70_000 + '"}', 4400),
    ],
)
def test_an_invalid_first_message_gets_a_goodbye_with_its_reason(
    alice: WebClient, text: str, code: int
) -> None:
    socket = alice.socket()
    socket.ws.send(text)
    assert socket.goodbye() == (code, code)


def test_an_invalid_message_harms_no_other_client(alice: WebClient) -> None:
    good, bad = alice.hello("good"), alice.hello("bad", browser="b2")
    bad.send(type="pong", n="one")
    assert bad.goodbye() == (4400, 4400)
    good.until("ping")


def test_binary_frames_and_invalid_frames_get_a_goodbye(alice: WebClient) -> None:
    socket = alice.hello("c-binary")
    socket.ws.send_binary(b"\x00\x01")
    assert socket.goodbye()[0] == 4400
    broken = alice.hello("c-broken")
    broken.ws.sock.sendall(b"\xff\xff\xff\xff\xff")
    assert broken.goodbye()[0] == 4400


def test_too_many_messages_at_once_get_a_goodbye(alice: WebClient) -> None:
    socket = alice.hello("c-busy")
    for _ in range(400):
        try:
            socket.pong(10**6)  # answers no ping: the server only counts it
        except (OSError, websocket.WebSocketException):
            break
    assert socket.goodbye()[0] == 4429


def test_a_second_socket_of_one_client_replaces_the_first(alice: WebClient) -> None:
    first = alice.hello("same")
    second = alice.hello("same")
    assert first.goodbye() == (4409, 4409)
    second.until("ping")


def test_a_ticket_opens_one_socket_only(alice: WebClient) -> None:
    ticket = alice.post("/realtime/ticket").json()["ticket"]
    socket = alice.socket(cookie=False, protocols=("console.v1", f"ticket.{ticket}"))
    assert socket.ws.getsubprotocol() == "console.v1"
    socket.send(type="hello", client="t1", view="workspace", locale="vi")
    socket.until("welcome")
    assert alice.socket(cookie=False, protocols=("console.v1", f"ticket.{ticket}")).goodbye() == (
        4401,
        4401,
    )


def test_signing_out_closes_the_sockets_of_that_session_only(
    server: ConsoleServer, web: Web
) -> None:
    here, there = web(server, "alice"), web(server, "alice")
    one, other = here.hello("out-1"), there.hello("out-2")
    here.http.post("/sign-out", data={"csrf_token": here.csrf})
    assert one.goodbye() == (4401, 4401)
    other.until("ping")


def test_a_change_reaches_the_agents_tabs_and_the_wall_only(
    server: ConsoleServer, alice: WebClient, web: Web
) -> None:
    sam, olga, bob = (web(server, name) for name in ("sam", "olga", "bob"))
    wall, elsewhere, colleague = sam.hello("w", "wall"), olga.hello("o"), bob.hello("b")
    tab, epoch = alice.claimed("tab")
    other_tab = alice.hello("other-tab")
    assert (
        alice.post(
            "/commands/set_availability",
            id="a1",
            client="tab",
            epoch=epoch,
            availability="away",
            reason="lunch",
        ).status_code
        == 204
    )
    for socket, region in ((tab, "availability"), (other_tab, "availability"), (wall, "tile-")):
        socket.until(
            "change",
            lambda message, region=region: (
                f'hx-target="#{region}' in message["html"] and "lunch" in message["html"].lower()
            ),
        )
    assert [
        message
        for message in elsewhere.quiet(1)
        if "lunch" in str(message).lower() or "Alice" in str(message)
    ] == []
    pushed = [one["html"] for one in colleague.quiet(0.5) if one["type"] == "change"]
    about = [html for html in pushed if "lunch" in html.lower()]
    assert all(html.startswith('<hx-partial hx-target="#presence-') for html in about)


def test_an_agent_may_not_open_the_wall(alice: WebClient) -> None:
    socket = alice.socket()
    socket.send(type="hello", client="x", view="wall", locale="vi")
    assert socket.goodbye() == (4403, 4403)


def test_changes_come_in_the_language_of_the_hello(server: ConsoleServer, web: Web) -> None:
    ada = web(server, "ada")
    english, vietnamese = ada.hello("e"), ada.hello("v", locale="vi-VN")
    assert english.seen[0]["html"] != vietnamese.seen[0]["html"]


def changes(socket: Socket, seconds: float) -> list[int]:
    return [message["seq"] for message in socket.quiet(seconds) if message["type"] == "change"]


def test_a_client_that_stops_reading_delays_no_other(
    server: ConsoleServer, alice: WebClient
) -> None:
    """Its kernel buffers fill; meanwhile another client gets the changes whole and in order."""
    tab, epoch = alice.claimed("talks")
    plug = sockets.socket()
    plug.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    plug.connect(("127.0.0.1", server.port))
    reader = websocket.WebSocket()
    address = alice.url.replace("http", "ws") + "/realtime"
    reader.connect(
        address, origin=alice.url, cookie=alice.cookie(), subprotocols=["console.v1"], socket=plug
    )
    reader.send(
        json.dumps(
            {
                "type": "hello",
                "client": "reader",
                "browser": "b1",
                "view": "workspace",
                "locale": "en",
            }
        )
    )
    numbers: list[int] = []
    for n in range(300):
        chosen = {
            "client": "talks",
            "epoch": epoch,
            "availability": "away",
            "reason": "lunch" if n % 2 else "break",
        }
        while alice.post("/commands/set_availability", id=f"r{n}", **chosen).status_code == 429:
            numbers += changes(tab, 0.05)
        numbers += changes(tab, 0.001)
    while rest := changes(tab, 1):
        numbers += rest
    assert numbers == sorted(set(numbers))
    assert len(numbers) >= 300
    plug.close()


def test_on_sigterm_the_worker_sends_goodbye_and_ends_in_10_s(web: Web) -> None:
    with ConsoleServer() as console:
        socket = web(console, "alice").hello("c")
        started = time.monotonic()
        assert console.process
        console.process.terminate()
        assert socket.goodbye() == (1012, 1012)
        console.process.wait(10)
        assert time.monotonic() - started < 10
