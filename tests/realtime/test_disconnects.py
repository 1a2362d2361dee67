"""Clients whose socket ended: one that returns at once was never away, others are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import pytest

from console.realtime import disconnects as module
from console.realtime.disconnects import Disconnects
from console.realtime.fragments import Fragments
from console.realtime.hub import Hub, Member
from console.realtime.websocket_connection import WebSocketConnection
from console.storage import models
from console.storage.database import Database
from tests.cast import Cast, assemble
from tests.servers import ConsoleServer
from tests.servers.web_client import WebClient

HEARD_AT = 1_000


@dataclass
class Clock:
    now: float = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


class Here:
    """Alice's clients on worker `w`."""

    def __init__(self, cast_: Cast) -> None:
        self.cast = cast_
        self.hub = Hub(cast_.database, cast(Fragments, None))
        self.disconnects = Disconnects(
            self.hub, cast_.database, cast_.units, cast_.notices, "w", 2_000
        )

    def comes(self, client: str) -> Member:
        with self.cast.database.write() as session:
            session.merge(
                models.Client(
                    agent_id="alice",
                    id=client,
                    view="workspace",
                    worker="w",
                    registered=True,
                    visible=True,
                    heard_at=HEARD_AT,
                )
            )
        topics = frozenset({"agent:alice"})
        member = Member(
            "home",
            "alice",
            client,
            "b",
            "workspace",
            "vi",
            topics,
            "session",
            cast(WebSocketConnection, None),
        )
        self.hub.join(member)
        self.disconnects.came_back(member)
        return member

    def goes(self, member: Member) -> None:
        self.disconnects.ended(member)

    def rows(self) -> dict[str, tuple[str, bool, int]]:
        with self.cast.database.read() as session:
            return {
                row.id: (row.worker, row.registered, row.heard_at)
                for row in session.query(models.Client)
            }

    def entries(self) -> list[str]:
        return [entry.type for entry in self.cast.entries]


STAYS, GONE = ("w", True, HEARD_AT), ("", False, HEARD_AT)


@pytest.fixture
def here(database: Database, clock: Clock) -> Here:
    return Here(assemble(database))


def test_a_client_that_returns_within_two_seconds_writes_nothing(here: Here, clock: Clock) -> None:
    here.goes(here.comes("c"))
    clock.now += 1.9
    here.disconnects.write_late()
    assert (here.rows(), here.entries()) == ({"c": STAYS}, [])
    here.comes("c")
    clock.now += 60
    here.disconnects.write_late()
    assert (here.rows(), here.entries()) == ({"c": STAYS}, [])


def test_a_client_that_stays_away_is_written_after_two_seconds(here: Here, clock: Clock) -> None:
    here.goes(here.comes("c"))
    clock.now += 2
    here.disconnects.write_late()
    assert (here.rows(), here.entries()) == ({"c": GONE}, ["agent"])
    here.disconnects.write_late()
    assert here.entries() == ["agent"]


def test_each_disconnect_has_two_seconds_of_its_own(here: Here, clock: Clock) -> None:
    here.goes(here.comes("c"))
    clock.now += 1.5
    here.goes(here.comes("c"))
    clock.now += 1.5
    here.disconnects.write_late()
    assert here.rows() == {"c": STAYS}
    clock.now += 0.5
    here.disconnects.write_late()
    assert here.rows() == {"c": GONE}


def test_an_announced_leave_is_written_at_once(here: Here) -> None:
    member = here.comes("c")
    here.disconnects.announced(member)
    here.goes(member)
    assert (here.rows(), here.entries()) == ({"c": GONE}, ["agent"])


@pytest.mark.parametrize(
    "late", [False, True], ids=["before its socket ends", "after its socket ended"]
)
def test_a_leave_by_http_is_written_at_once(here: Here, late: bool) -> None:
    member = here.comes("c")
    if late:
        here.goes(member)
    here.disconnects.left_by_http("alice", "c")
    if not late:
        here.goes(member)
    assert (here.rows(), here.entries()) == ({"c": GONE}, ["agent"])


def test_with_another_client_a_disconnect_is_written_at_once(here: Here) -> None:
    """The agent's phone may have to move to a client that is connected."""
    first, second, third = here.comes("1"), here.comes("2"), here.comes("3")
    here.goes(first)
    assert here.rows() == {"1": GONE, "2": STAYS, "3": STAYS}
    here.goes(second)
    here.goes(third)
    assert here.rows() == {"1": GONE, "2": GONE, "3": STAYS}


def test_a_new_client_gets_earlier_disconnects_written_first(here: Here) -> None:
    here.goes(here.comes("old"))
    here.comes("new")
    assert here.rows() == {"old": GONE, "new": STAYS}


def test_a_stopping_worker_writes_all_disconnects_at_once(here: Here) -> None:
    here.goes(here.comes("c"))
    here.disconnects.write_late(stopping=True)
    assert here.rows() == {"c": GONE}


def test_a_supervisor_sees_nothing_of_a_short_disconnect(
    server: ConsoleServer, web: Callable[..., WebClient]
) -> None:
    alice = web(server, "alice")
    wall = web(server, "sam").hello("wall", view="wall")
    socket, epoch = alice.claimed("c")
    socket.until("ping")
    socket.quiet(1)
    wall.quiet(1)
    socket.close()
    again = alice.hello("c")
    again.send(type="lease.claim")
    assert again.until("lease.granted")["epoch"] == epoch
    again.until("ping")
    assert [message for message in wall.quiet(3) if message["type"] == "change"] == []
