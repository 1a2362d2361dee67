"""A person's browser without a page: signs in, sends commands, opens websockets.

For rules that need no screen.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

import httpx
import websocket

from tests.servers.console_server import ConsoleServer
from tests.servers.sessions import COOKIE, start_sessions


class WebClient:
    def __init__(self, server: ConsoleServer, username: str | None = None) -> None:
        self.url = server.url
        self.http = httpx.Client(base_url=self.url, follow_redirects=False, timeout=10)
        self.csrf = ""
        self.sockets: list[Socket] = []
        if username:
            self.has_session(*start_sessions(server, username))

    def has_session(self, token: str) -> None:
        self.http.cookies.set(COOKIE, token)
        self.csrf = _found(r'name="csrf-token" content="([^"]+)"', self.http.get("/history").text)

    def page_data(self, path: str = "/") -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            _found(r'id="page-data"[^>]*>(.*?)</script>', self.http.get(path).text)
        )
        return found

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.http.post(path, json=body, headers={"X-CSRFToken": self.csrf})

    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    def socket(
        self,
        *,
        cookie: bool = True,
        origin: str | None = None,
        protocols: tuple[str, ...] = ("console.v1",),
    ) -> Socket:
        opened = websocket.create_connection(
            self.url.replace("http", "ws") + "/realtime",
            subprotocols=list(protocols),
            origin=origin or self.url,
            timeout=10,
            cookie=self.cookie() if cookie else None,
        )
        self.sockets.append(Socket(opened))
        return self.sockets[-1]

    def close(self) -> None:
        for socket in self.sockets:
            socket.close()
        self.http.close()

    def hello(self, client: str, view: str = "workspace", **more: Any) -> Socket:
        """An open socket that was welcomed; the welcome is its first message."""
        socket = self.socket()
        socket.send(
            **{
                "type": "hello",
                "client": client,
                "view": view,
                "locale": "en",
                "browser": "b1",
                **more,
            }
        )
        socket.until("welcome")
        return socket

    def claimed(self, client: str) -> tuple[Socket, int]:
        """A socket whose client holds the lease, with the epoch."""
        socket = self.hello(client)
        socket.send(type="lease.claim")
        return socket, socket.until("lease.granted")["epoch"]


class Socket:
    """Answers pings like a page does, unless `answers` is turned off."""

    def __init__(self, ws: websocket.WebSocket) -> None:
        self.ws = ws
        self.seen: list[dict[str, Any]] = []
        self.answers = True
        self.epoch = 0
        self.calls: list[str] = []
        self.microphone = "ok"
        self.registered = False
        self.close_code: int | None = None

    def send(self, **message: Any) -> None:
        self.ws.send(json.dumps(message))

    def receive(self, timeout: float = 5.0) -> dict[str, Any] | None:
        """The next message; None when the socket has been closed.

        TimeoutError after `timeout` seconds.
        """
        self.ws.settimeout(timeout)
        try:
            opcode, data = self.ws.recv_data()
        except websocket.WebSocketTimeoutException:
            raise TimeoutError from None
        except (websocket.WebSocketConnectionClosedException, ConnectionError):
            return None
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            self.close_code = int.from_bytes(data[:2], "big") if len(data) >= 2 else 1005
            return None
        message: dict[str, Any] = json.loads(data)
        self.seen.append(message)
        if message["type"] == "lease.granted":
            self.epoch = message["epoch"]
        if message["type"] == "ping" and self.answers:
            self.pong(message["n"])
        return message

    def pong(self, n: int) -> None:
        self.send(
            type="pong",
            n=n,
            epoch=self.epoch,
            audible=True,
            microphone=self.microphone,
            registered=self.registered,
            visible=True,
            used=0,
            calls=self.calls,
        )

    def until(
        self,
        type: str,
        matching: Callable[[dict[str, Any]], bool] = lambda message: True,
        timeout: float = 20.0,
    ) -> dict[str, Any]:
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            message = self.receive(left)
            if message is None:
                raise AssertionError(
                    f"closed ({self.close_code}) before {type}; seen"
                    f" {[m['type'] for m in self.seen]}"
                )
            if message["type"] == type and matching(message):
                return message
        raise TimeoutError(type)

    def goodbye(self, timeout: float = 20.0) -> tuple[int, int | None]:
        """The goodbye's code, and the close code that follows it."""
        code: int = self.until("goodbye", timeout=timeout)["code"]
        while self.receive(timeout) is not None:
            pass
        return code, self.close_code

    def quiet(self, seconds: float) -> list[dict[str, Any]]:
        """All that comes within so many seconds."""
        before, deadline = len(self.seen), time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                if self.receive(left) is None:
                    break
            except TimeoutError:
                break
        return self.seen[before:]

    def close(self) -> None:
        self.ws.shutdown()  # type: ignore[no-untyped-call]


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.DOTALL)
    assert match, f"{pattern} not in {text[:300]}"
    return match.group(1)
