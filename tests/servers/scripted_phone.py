"""An agent's phone without a page: it reports calls at the rate that a test asks for, and receives
the commands of the pages.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from tests.servers import wait_for
from tests.servers.web_client import WebClient

IN_FLIGHT = (
    10  # events without an ack: a storm that a busy machine cannot follow would only grow a queue
)


class ScriptedPhone:
    """Its calls are facts of the epoch in which it held the lease.

    Unless it keeps the lease, a page may own the phone meanwhile.
    """

    def __init__(
        self, web: WebClient, client: str = "scripted-phone", *, keeps: bool = False
    ) -> None:
        self.web, self.client = web, client
        self.connection = web.page_data()["lines"][0]["connection"]
        self.socket, self.epoch = web.claimed(client)
        if not keeps:
            self.socket.microphone = "none"  # as the server knows, so that it becomes no successor
            self.socket.until("ping")
            self.socket.send(type="lease.release", epoch=self.epoch)
        self.commands: list[dict[str, Any]] = []
        self.refuses = ""  # the code with which it answers commands
        self.acked = self.n = 0
        self._at = 0
        self._to_say: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._said: queue.SimpleQueue[int] = (
            queue.SimpleQueue()
        )  # the numbers of what was to be said
        self._storm: tuple[str, float] | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(5)
        self.web.close()

    def tell(self, type: str, call: str, **fields: Any) -> None:
        """Reports one event of a call, and waits until it is kept."""
        self._to_say.put({"type": type, "call": call, **fields})
        wait_for(lambda: self._over.is_set() or not self._said.empty(), 20, f"{type} being sent")
        assert not self._over.is_set(), (
            f"the phone's socket is closed ({self.socket.close_code}): {self.socket.seen[-3:]}"
        )
        n = self._said.get()
        wait_for(lambda: self.acked >= n, what=f"the ack of {type}")

    def rings(self, call: str, number: str = "0912345678", **fields: Any) -> str:
        self.socket.calls.append(call)
        self.tell("ringing", call, direction="inbound", number=number, **fields)
        return call

    def talks(self, call: str, number: str = "0912345678", **fields: Any) -> str:
        self.rings(call, number, **fields)
        self.tell("answered", call)
        return call

    def ends(self, call: str, cause: str = "completed", ended_by: str = "remote") -> None:
        self.socket.calls.remove(
            call
        )  # first, as in a page: a pong that names it would prove the end wrong
        self.tell("ended", call, ended_by=ended_by, cause=cause)

    @contextmanager
    def storm(self, call: str, a_second: float = 50) -> Iterator[None]:
        """So many times a second the call is muted or unmuted: each is a commit and a push to every
        page.
        """
        self._storm = call, 1 / a_second
        try:
            yield
        finally:
            self._storm = None

    def _run(self) -> None:
        due, muted = 0.0, False
        while not self._over.is_set():
            self._hear()
            while not self._to_say.empty():
                self._say(**self._to_say.get())
                self._said.put(self.n)
            storm = self._storm
            if storm and time.monotonic() >= due and self.n - self.acked < IN_FLIGHT:
                due = max(due + storm[1], time.monotonic() - 5 * storm[1])
                muted = not muted
                self._say(type="muted" if muted else "unmuted", call=storm[0])

    def _hear(self) -> None:
        try:
            message = self.socket.receive(0.005)
        except TimeoutError:
            return
        if message is None:
            self._over.set()
        elif message["type"] == "ack":
            self.acked = max(self.acked, message["n"])
        elif message["type"] == "command":
            self.commands.append(message)
            refusal = {"code": self.refuses} if self.refuses else {}
            self.socket.send(type="command.result", id=message["id"], ok=not refusal, **refusal)

    def _say(self, **event: Any) -> None:
        self.n += 1
        self._at = max(self._at + 1, time.time_ns() // 1_000_000)
        at = event.pop("at", self._at)
        self.socket.send(
            type="phone.event",
            n=self.n,
            epoch=self.epoch,
            event={**event, "at": at, "connection": self.connection},
        )
