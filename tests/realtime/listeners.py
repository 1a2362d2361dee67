"""Sockets of a hub without a browser, which keep their bytes, and a counting renderer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, cast

import gevent

from console.realtime.fragments import RowChange
from console.realtime.hub import Hub, Member
from console.realtime.websocket_connection import WebSocketConnection
from tests.cast import Cast


class Renders:
    """Counts renderings."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def change(self, topic: str, payload: Mapping[str, Any], language: str) -> str:
        self.asked.append((topic, language))
        return f"{topic} {payload['agent']['name']} {payload['agent']['reason']} {language}"

    def callback(
        self, payload: Mapping[str, Any], language: str, change: RowChange, *, wall: bool = False
    ) -> str:
        self.asked.append(("wall callback" if wall else "callback", language))
        return f"{change.value} {payload['number']} {language}"


class FakeSocket:
    """A socket that keeps its messages, write by write."""

    over = False

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.send_queue = self
        self.goodbyes: list[int] = []

    def push(self, data: bytes) -> None:
        self.writes.append(data)

    def send(self, message: dict[str, Any]) -> None:
        self.writes.append(json.dumps(message).encode())

    def goodbye(self, code: int, reason: str) -> None:
        self.goodbyes.append(code)

    @property
    def frames(self) -> list[bytes]:
        """The frames as they were pushed: each begins with the head of a text frame."""
        return [b"{" + part for write in self.writes for part in write.split(b"{")[1:]]

    @property
    def numbers(self) -> list[int]:
        return [
            int(frame.split(b'"seq":')[1].split(b",")[0])
            for frame in self.frames
            if b'"seq"' in frame
        ]


def join(
    hub: Hub,
    client: str,
    topics: set[str],
    *,
    organisation: str = "home",
    agent: str = "sam",
    language: str = "vi",
) -> FakeSocket:
    socket = FakeSocket()
    member = Member(
        organisation,
        agent,
        client,
        "b",
        "wall",
        language,
        frozenset(topics),
        "session",
        cast(WebSocketConnection, socket),
    )
    hub.join(member)
    member.welcome({"type": "welcome"})
    socket.writes.clear()
    return socket


def change(cast_: Cast, agent: str = "alice") -> list[Any]:
    """Commits a change without announcing it."""
    cast_.entries.clear()
    with cast_.units.begin("other" if agent == "olga" else "home") as unit:
        unit.agent_changed(agent)
    return list(cast_.entries)


def until(reached: Callable[[], object]) -> None:
    deadline = time.monotonic() + 15
    while not reached():
        assert time.monotonic() < deadline
        gevent.sleep(0.01)


def settle() -> None:
    gevent.sleep(0.05)
