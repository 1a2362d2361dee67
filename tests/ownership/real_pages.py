"""The pages of a real simulation: workspace-session.js in node, with a network to the server."""

from __future__ import annotations

import json
import subprocess
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.realtime import messages

from .clock import Time

GONE = 1006  # the close code of a socket that ended without a word


@dataclass
class RealPage:
    """A tab and its machine. The state of its document is read from node after each step."""

    id: str
    browser: str
    view: str = "workspace"
    open: bool = False
    awake: bool = True  # the machine
    stopped: bool = False  # the document alone: its phone's frame goes on
    stalled: bool = False  # the network passes nothing, and closes nothing
    delay: int = 0
    wall_ahead: int = 0
    now: dict[str, Any] = field(default_factory=dict)

    @property
    def epoch(self) -> int:
        return int(self.now.get("held", 0))

    @property
    def phone(self) -> int | None:
        """The epoch under which its phone would ring."""
        return int(self.now["epoch"]) if self.now.get("rings") else None

    @property
    def others(self) -> bool:
        return bool(self.now.get("others", True))

    @property
    def holder(self) -> str | None:
        return self.now.get("holder")

    @property
    def calls(self) -> dict[str, str]:
        return dict(self.now.get("calls", {}))

    def rings(self, _time: Time) -> bool:
        return self.open and self.awake and bool(self.now.get("rings"))


class Wire:
    """One websocket, which is a WebSocketConnection for the server's code.

    Each message in transit has its time of arrival.
    """

    def __init__(self, id: int, page: RealPage, time: Time) -> None:
        self.id, self.page, self.time = id, page, time
        self.to_server: deque[tuple[int, str | None]] = deque()  # none: the page has closed it
        self.to_page: deque[tuple[int, str | int]] = deque()  # a number: the close code
        self.session: Any = None
        self.over = False
        self.dead = False  # its page has crashed, and the server does not know
        self.send_queue = self

    def _due(self) -> int:
        return self.time.true + self.page.delay

    def send(self, message: dict[str, Any]) -> None:
        if not self.over:
            self.to_page.append((self._due(), messages.encode(message)))

    def push(self, data: bytes) -> None:
        if not self.over:
            self.to_page.extend((self._due(), text) for text in _texts(data))

    def goodbye(self, code: int, reason: str) -> None:
        self.send({"type": "goodbye", "code": code, "reason": reason})
        self.over = True
        self.to_page.append((self._due(), code))

    def hang_up(self) -> None:
        self.over = True
        self.to_page.append((self._due(), GONE))

    def open(self, on_message: Any, on_end: Any, on_flood: Any) -> None:
        """The simulation hands each message to the session itself."""

    def unread(self) -> bool:
        return False


def _texts(data: bytes) -> list[str]:
    """The text frames of a server, one after the other."""
    found = []
    while data:
        size, head = data[1], 2
        if size >= 126:
            head = 4 if size == 126 else 10
            size = int.from_bytes(data[2:head], "big")
        found.append(data[head : head + size].decode())
        data = data[head + size :]
    return found


class Node:
    """The process in which the documents live."""

    def __init__(self) -> None:
        script = str(Path(__file__).with_name("pages.mjs"))
        self.process = subprocess.Popen(
            ["node", "--no-warnings", "--experimental-vm-modules", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **step: Any) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(step) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "a page broke: see what node wrote"
        told: dict[str, Any] = json.loads(line)
        return told

    def close(self) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(10)
