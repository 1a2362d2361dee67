"""`python app.py`, as a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import websocket

from tests.config.test_config import ROOT
from tests.servers.console_server import PASSWORD, ConsoleServer


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    with ConsoleServer(by_hand=True) as running:
        yield running


@contextmanager
def sign_in(server: ConsoleServer, username: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=20) as client:
        token = (
            client.get("/sign-in?next=/call-0912345678")
            .text.partition('name="csrf_token" value="')[2]
            .partition('"')[0]
        )
        assert (
            client.post(
                "/sign-in", data={"csrf_token": token, "username": username, "password": PASSWORD}
            ).status_code
            == 303
        )
        yield client


def open_socket(server: ConsoleServer, client: httpx.Client, name: str) -> websocket.WebSocket:
    address = f"{server.url.replace('http', 'ws')}/realtime"
    cookie = f"console={client.cookies['console']}"
    opened = websocket.create_connection(
        address, origin=server.url, cookie=cookie, subprotocols=["console.v1"], timeout=15
    )
    opened.send(json.dumps({"type": "hello", "client": name, "view": "workspace", "locale": "en"}))
    return opened


def test_the_demo_is_there_on_loopback_only(server: ConsoleServer) -> None:
    assert httpx.get(f"{server.url}/health/ready").json() == {
        "database": True,
        "migrations": True,
        "backplane": True,
    }
    assert f"Listening at: http://127.0.0.1:{server.port}" in server.log()


def test_no_query_and_no_secret_is_written_to_the_access_log(server: ConsoleServer) -> None:
    with sign_in(server, "alice") as client:
        token = client.cookies["console"]
    assert '"GET /sign-in" 200' in server.log()
    assert not any(text in server.log() for text in ("0912345678", token, PASSWORD + '"'))


def test_hashing_a_password_does_not_stop_the_loop() -> None:
    program = """
from gevent import monkey; monkey.patch_all()
import gevent
from console.security.passwords import hash_password
ticks = []
def tick():
    while True: ticks.append(1); gevent.sleep(0.001)
gevent.spawn(tick)
hash_password("x" * 10)
print(len(ticks) > 3)
"""
    assert (
        subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        == "True\n"
    )


def test_users_stay_signed_in_after_a_restart(server: ConsoleServer) -> None:
    with sign_in(server, "alice") as client:
        server.restart()
        assert client.get("/sessions").status_code == 200


def test_a_stop_says_goodbye_and_ends_within_ten_seconds(server: ConsoleServer) -> None:
    with sign_in(server, "bob") as client:
        sockets = [open_socket(server, client, f"client-{number}") for number in range(2)]
        for each in sockets:
            assert json.loads(each.recv())["type"] == "welcome"
        assert server.process
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        for each in sockets:
            opcode, data = each.recv_data()
            while opcode != websocket.ABNF.OPCODE_CLOSE:
                opcode, data = each.recv_data()
            assert int.from_bytes(data[:2]) == 1012
        server.process.wait(15)
        for each in sockets:
            each.shutdown()
        assert time.monotonic() - began < 10
        assert server.process.returncode == 0
