"""A snapshot and the later changes give the same page as a reload."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import gevent
from hypothesis import given, settings
from hypothesis import strategies as st

from console import create_app
from console.app_services import Services
from console.config import load_settings
from console.domain.enums import Availability
from console.realtime.hub import Member
from console.realtime.websocket_connection import WebSocketConnection
from console.services.agent_status import change_availability
from console.services.call_edits import write_note
from console.storage import models
from tests.cast import CONNECTION, Cast, assemble
from tests.property_examples import examples

TWO_MINUTES = 120_000  # ms
PARTIAL = re.compile(
    r'<hx-partial hx-target="#([^"]+)" hx-swap="(\w+)">(.*?)</hx-partial>', re.DOTALL
)
ROW = re.compile(r'<li id="(callback-\w+)".*?</li>', re.DOTALL)
GATHER = 0.005  # seconds
EXTENSION = {"alice": "1001", "bob": "1002"}


class Page:
    """The regions of a page, from the bytes sent through its socket."""

    def __init__(self) -> None:
        self.send_queue = self
        self.regions: dict[str, str] = {}
        self.rows: dict[str, str] = {}  # of numbers to call back; the page's script sorts them
        self.seq = -1

    def push(self, data: bytes) -> None:
        while data:
            head, size = {
                126: (4, int.from_bytes(data[2:4])),
                127: (10, int.from_bytes(data[2:10])),
            }.get(data[1], (2, data[1]))
            self.send(json.loads(data[head : head + size]))
            data = data[head + size :]

    def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "welcome" or (
            message["type"] == "change" and message["seq"] > self.seq
        ):
            self.seq = message["seq"]
            for target, swap, html in PARTIAL.findall(message["html"]):
                self.show(target, swap, html)

    def show(self, target: str, swap: str, html: str) -> None:
        if target.startswith("callback"):
            self.show_rows(target, swap, html)
            return
        if target.startswith("presence-"):
            presence = re.compile(
                rf'<span class="presence" id="{target}".*?</time></span>', re.DOTALL
            )
            assert presence.search(self.regions["colleagues"]), f"no #{target} in the list"
            row = self.regions["colleagues"]
            self.regions["colleagues"] = presence.sub(lambda _: html, row)
            return
        if not target.startswith("tile-"):
            self.regions[target] = html
            return
        tile = re.compile(rf'<article id="{target}".*?</article>', re.DOTALL)
        assert tile.search(self.regions["tiles"]), f"no #{target} on the wall"
        self.regions["tiles"] = tile.sub(lambda _: html, self.regions["tiles"])

    def show_rows(self, target: str, swap: str, html: str) -> None:
        found = {row[1]: row[0] for row in ROW.finditer(html)}
        if target == "callbacks":
            self.rows = found
        elif swap == "delete":
            self.rows.pop(target, None)
        elif swap == "afterbegin":
            assert not self.rows.keys() & found.keys(), "a row is shown twice"
            self.rows |= found
        else:
            assert target in self.rows, f"no #{target} in the list"
            self.rows |= found

    def goodbye(self, code: int, reason: str) -> None: ...


class PageSimulation:
    """A real application without a server.

    `listeners` get every change after they join.
    """

    def __init__(self, services: Services, cast_: Cast) -> None:
        self.parts, self.cast = services, cast_
        self.listeners: list[Page] = []
        self.numbers = {"alice": 0, "bob": 0}
        self.start = time.time_ns() // 1_000_000 - TWO_MINUTES
        self.teams = {"sam": {"team:team"}}  # supervisor → the topics of their wall
        self.shared: dict[str, set[str]] = {}  # agent → the topics of their callbacks

    def page(self, agent: str, view: str, language: str, client: str) -> Page:
        page = Page()
        topics = frozenset(
            self.teams.get(agent, {"team:team"})
            if view == "wall"
            else {f"agent:{agent}", "colleagues:team", *self.shared.get(agent, {"callbacks:team"})}
        )
        member = Member(
            "home",
            agent,
            client,
            "b",
            view,
            language,
            topics,
            "session",
            cast(WebSocketConnection, page),
        )
        self.parts.hub.join(member)
        member.welcome({"type": "welcome", "n": 0, **self.parts.realtime.snapshots.of(member)})
        page.regions["who"] = f"{agent} {view} {language}"
        return page

    def listen(self, agent: str, view: str, language: str) -> None:
        self.listeners.append(self.page(agent, view, language, f"listener-{len(self.listeners)}"))

    def says(self, agent: str, type: str, call: int, at: int, more: dict[str, Any]) -> None:
        self.numbers[agent] += 1
        self.repeat(agent, self.numbers[agent], type, call, at, more)

    def repeat(
        self, agent: str, n: int, type: str, call: int, at: int, more: dict[str, Any]
    ) -> None:
        other = EXTENSION["bob" if agent == "alice" else "alice"]
        about = (
            {"number": other, "external": [["sip", f"x{call}"]]}
            if call % 2
            else {"number": f"09123456{call:02}"}
        )
        event = {
            "type": type,
            "call": f"{agent}-{call}",
            "at": self.start + at * 1000,
            "connection": CONNECTION,
            **about,
            **more,
        }
        self.parts.switchboard.phone_event("home", agent, f"{agent}-1", n, 1, event)

    def chooses(self, agent: str, availability: Availability, reason: str) -> None:
        with self.parts.units.begin("home") as unit:
            change_availability(unit, agent, availability, reason)

    def notes(self, agent: str, call: int, text: str) -> None:
        with self.parts.units.begin("home") as unit:
            write_note(unit, agent, f"{agent}-{call}", text)

    def end_lost_calls(self, agent: str) -> None:
        """The system ends the calls that their carrier no longer knows."""
        with self.parts.database.read() as session:
            over = self.parts.carriers.carried(session, [agent]).get((agent, f"{agent}-1"), [])
        self.parts.carriers.apply_pongs("home", over, [])

    def check(self) -> None:
        gevent.sleep(3 * GATHER)
        for listener in self.listeners:
            fresh = self.page(*listener.regions["who"].split(" "), "fresh")
            assert listener.regions == fresh.regions
            assert listener.rows == fresh.rows


@contextmanager
def page_simulation(empty: Path) -> Iterator[PageSimulation]:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{shutil.copy(empty, Path(folder) / 'console.db')}"
        settings = {
            "ENV": "development",
            "DATABASE_URL": url,
            "INSTANCE": folder,
            "WALL_GATHER_SECONDS": str(GATHER),
        }
        app = create_app(
            load_settings({f"CONSOLE_{name}": value for name, value in settings.items()})
        )
        services: Services = app.extensions["console"]
        made = PageSimulation(services, assemble(services.database))
        for agent in EXTENSION:
            made.cast.holds(agent, f"{agent}-1", 1)
        relay = gevent.spawn(services.hub.run)
        try:
            yield made
        finally:
            relay.kill()
            services.database.close()


AGENTS, CALLS = st.sampled_from(["alice", "bob"]), st.integers(0, 4)
CAUSES = ["completed", "busy", "no_answer", "rejected", "cancelled", "failed", "answered_elsewhere"]
EVENT = st.one_of(
    st.tuples(st.just("dialing"), st.just({"direction": "outbound"})),
    st.tuples(st.just("ringing"), st.just({"direction": "inbound", "name": "Bình & <Co>"})),
    st.tuples(st.sampled_from(["answered", "resumed", "muted", "unmuted"]), st.just({})),
    st.tuples(st.just("held"), st.fixed_dictionaries({"by": st.sampled_from(["agent", "remote"])})),
    st.tuples(
        st.just("ended"),
        st.fixed_dictionaries(
            {
                "ended_by": st.sampled_from(["agent", "remote", "system"]),
                "cause": st.sampled_from(CAUSES),
            }
        ),
    ),
    st.tuples(st.sampled_from(["registered", "unregistered", "teleported"]), st.just({})),
)
STEP = st.one_of(
    st.tuples(st.just("says"), AGENTS, EVENT, CALLS, st.integers(0, 60)),
    st.tuples(st.just("says"), AGENTS, EVENT, CALLS, st.integers(0, 60)),
    st.tuples(st.just("says"), AGENTS, EVENT, CALLS, st.integers(0, 60)),
    st.tuples(st.just("repeat"), AGENTS, EVENT, CALLS, st.integers(0, 60)),
    st.tuples(
        st.just("chooses"),
        AGENTS,
        st.sampled_from(list(Availability)),
        st.sampled_from(["", "break", "tea <3"]),
    ),
    st.tuples(
        st.just("notes"),
        AGENTS,
        CALLS,
        st.sampled_from(["", "call back\n\n  at 5", "</textarea><b>"]),
    ),
    st.tuples(st.just("end_lost_calls"), AGENTS),
    st.tuples(
        st.just("listen"),
        AGENTS,
        st.sampled_from(["workspace", "wall"]),
        st.sampled_from(["vi", "en"]),
    ),
)


@given(steps=st.lists(STEP, min_size=5, max_size=40), wrap_up=st.booleans())
@settings(max_examples=examples(25))
def test_a_snapshot_and_later_changes_give_a_fresh_snapshot(
    empty_sqlite: Path, steps: list[Any], wrap_up: bool
) -> None:
    with page_simulation(empty_sqlite) as one:
        if wrap_up:
            with one.parts.database.write() as session:
                session.get_one(models.Organisation, "home").wrap_up_seconds = 30
        for agent in EXTENSION:
            one.listen(agent, "workspace", "en")
        one.listen("sam", "wall", "vi")
        for name, *words in steps:
            if name in ("says", "repeat"):
                agent, (type, more), call, at = words
                words = (
                    [agent, type, call, at, more]
                    if name == "says"
                    else [agent, one.numbers[agent], type, call, at, more]
                )
            getattr(one, name)(*words)
            gevent.sleep(0)
        one.check()


def test_the_property_notices_a_region_that_was_not_sent(empty_sqlite: Path) -> None:
    """The check fails for a change that is committed without its journal entry."""
    with page_simulation(empty_sqlite) as one:
        one.listen("alice", "workspace", "en")
        one.says("alice", "dialing", 1, 0, {"direction": "outbound"})
        one.check()
        with one.parts.database.write() as session:
            session.query(models.Call).update({"note": "not sent"})
        try:
            one.check()
        except AssertionError:
            return
        raise AssertionError("not noticed")
