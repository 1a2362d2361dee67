"""Clients whose socket ended: who is back at once was never away, who stays away is seen to go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

import pytest

from console.realtime import disconnects as module
from console.realtime.connection import Connection
from console.realtime.disconnects import Farewells
from console.realtime.fragments import Fragments
from console.realtime.hub import Hub, Member
from console.services.ownership import Ownership
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
        self.farewells = Farewells(self.hub, Ownership(cast_.switchboard, 600_000), "w", 2_000)

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
            cast(Connection, None),
        )
        self.hub.join(member)
        self.farewells.settle(member)
        return member

    def goes(self, member: Member) -> None:
        assert self.hub.leave(member)
        self.farewells.gone(member)

    def rows(self) -> dict[str, tuple[str, bool, int]]:
        with self.cast.database.read() as session:
            return {
                row.id: (row.worker, row.registered, row.heard_at)
                for row in session.query(models.Client)
            }

    def told(self) -> list[str]:
        return [line.type for line in self.cast.lines]


STAYS, GONE = ("w", True, HEARD_AT), ("", False, HEARD_AT)


@pytest.fixture
def here(database: Database, clock: Clock) -> Here:
    return Here(assemble(database))


def test_a_client_that_comes_back_within_two_seconds_writes_nothing_and_nobody_sees_it_go(
    here: Here, clock: Clock
) -> None:
    here.goes(here.comes("c"))
    clock.now += 1.9
    here.farewells.write()
    assert (here.rows(), here.told()) == ({"c": STAYS}, [])
    here.comes("c")
    clock.now += 60
    here.farewells.write()
    assert (here.rows(), here.told()) == ({"c": STAYS}, [])


def test_one_that_stays_away_is_seen_to_go_and_its_silence_counts_from_its_last_pong(
    here: Here, clock: Clock
) -> None:
    here.goes(here.comes("c"))
    clock.now += 2
    here.farewells.write()
    assert (here.rows(), here.told()) == ({"c": GONE}, ["agent"])
    here.farewells.write()
    assert here.told() == ["agent"]


def test_one_that_comes_and_goes_again_has_two_seconds_again(here: Here, clock: Clock) -> None:
    here.goes(here.comes("c"))
    clock.now += 1.5
    here.goes(here.comes("c"))
    clock.now += 1.5
    here.farewells.write()
    assert here.rows() == {"c": STAYS}
    clock.now += 0.5
    here.farewells.write()
    assert here.rows() == {"c": GONE}


def test_who_says_that_it_leaves_is_seen_to_go_at_once(here: Here) -> None:
    member = here.comes("c")
    member.left = True
    here.goes(member)
    assert (here.rows(), here.told()) == ({"c": GONE}, ["agent"])


@pytest.mark.parametrize(
    "late", [False, True], ids=["before its socket ends", "after its socket ended"]
)
def test_who_says_so_by_http_is_seen_to_go_at_once(here: Here, late: bool) -> None:
    member = here.comes("c")
    if late:
        here.goes(member)
    here.farewells.left("alice", "c")
    if not late:
        here.goes(member)
    assert (here.rows(), here.told()) == ({"c": GONE}, ["agent"])


def test_while_the_agent_has_another_client_nothing_is_waited_for(here: Here) -> None:
    """Her phone may have to move to a client that is really there."""
    first, second, third = here.comes("1"), here.comes("2"), here.comes("3")
    here.goes(first)
    assert here.rows() == {"1": GONE, "2": STAYS, "3": STAYS}
    here.goes(second)
    here.goes(third)
    assert here.rows() == {"1": GONE, "2": GONE, "3": STAYS}


def test_another_client_that_comes_meets_none_that_went(here: Here) -> None:
    here.goes(here.comes("old"))
    here.comes("new")
    assert here.rows() == {"old": GONE, "new": STAYS}


def test_a_worker_that_stops_waits_for_nobody(here: Here) -> None:
    here.goes(here.comes("c"))
    here.farewells.write(stopping=True)
    assert here.rows() == {"c": GONE}


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    with ConsoleServer() as console:
        yield console


def test_a_supervisor_sees_nothing_of_a_connection_that_is_lost_for_a_moment(
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
