"""Ownership under random schedules, with the real server code, real page modules, a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from console.domain.lease import LeaseMovedOn
from console.realtime import disconnects, hub, pings, snapshots
from console.storage import models
from console.storage.database import Database
from tests.property_examples import examples

from .clock import Time
from .real_pages import Node, RealPage
from .real_server import AGENT
from .real_simulation import RealSimulation

NAMES = ("a1", "a2", "b1", "c1", "wall")
PLACES = ("a1", "a1", "b1", "b1", "a2", "c1", "wall")  # the first two are open from the beginning
PAUSES = (0, 500, 500, 1_000, 1_500, 2_500, 3_500, 6_000, 11_000, 24_000, 31_000, 36_000)
LENGTH = 20
JUMPS = (-3_600_000, -40_000, -2_000, 2_000, 6_000, 3_600_000)


class Day:
    """Steps of a schedule, each followed by a pause.

    The invariants are checked after every half second of it.
    """

    def __init__(self, database: Database, node: Node, clock: Time) -> None:
        clock.true, clock.database_ahead = Time().true, 0
        tabs = [
            RealPage("a1", "A"),
            RealPage("a2", "A"),
            RealPage("b1", "B"),
            RealPage("c1", ""),
            RealPage("wall", "B", view="wall"),
        ]
        self.simulation = RealSimulation(database, node, clock, tabs)
        self.database, self.clock = database, clock
        self.epoch = 0

    def play(self, actions: list[tuple[str, Drawn, int]]) -> None:
        for name in ("a1", "b1"):
            self.simulation.open(self.simulation.pages[name])
        self.simulation.advance(3_000)
        for action, args, pause in actions:
            getattr(self, action)(
                *(
                    self.simulation.pages[arg] if isinstance(arg, str) and arg in NAMES else arg
                    for arg in args
                )
            )
            self.simulation.advance(pause)
            self.epochs_only_grow_and_old_ones_change_nothing()
        self.recover()
        self.one_phone_rings()
        self.every_call_is_told_once()

    # ---- accidents

    def opens(self, page: RealPage) -> None:
        if not page.open:
            self.simulation.open(page)

    def clicks_take_over(self, page: RealPage, call: str | None) -> None:
        self.opens(page)
        self.simulation.click_take_over(page, call)

    def crashes(self, page: RealPage, noticed: bool) -> None:
        if page.open:
            self.simulation.crash(page, noticed and not page.stalled)

    def leaves(self, page: RealPage, again: bool) -> None:
        if page.open and page.awake and not page.stopped:
            self.simulation.leave(page, again)
            if again:
                self.simulation.open(page)

    def network_changes(self, page: RealPage, stalled: bool, delay: int) -> None:
        page.stalled, page.delay = stalled, delay
        self.simulation.settle()

    def socket_is_cut(self, page: RealPage) -> None:
        self.simulation.cut(page)

    def machine_sleeps_or_page_stops_or_all_goes_on(
        self, page: RealPage, awake: bool, stopped: bool
    ) -> None:
        self.simulation.become(page, awake, stopped)

    def page_clock_is_put_forward(self, page: RealPage, jump: int) -> None:
        page.wall_ahead += jump
        self.simulation.actions.append(("ahead", page.id, jump))

    def call_comes(self) -> None:
        """Every phone that is registered rings."""
        for page in self.simulation.pages.values():
            self.simulation.call_comes(page)

    def call_is_answered(self) -> None:
        for page in self.simulation.pages.values():
            for call in [call for call, state in page.calls.items() if state == "ringing"]:
                self.simulation.answers(page, call)

    def callers_hang_up(self) -> None:
        for page in self.simulation.pages.values():
            for call in page.calls:
                self.simulation.far_end_hangs_up(page, call)

    def signs_out(self, browser: str, noticed: bool) -> None:
        self.simulation.sign_out(browser, noticed)

    def server_is_killed(self, down: int) -> None:
        self.simulation.kill_server()
        self.simulation.advance(down)
        self.simulation.start_server()

    def database_clock_jumps(self, jump: int) -> None:
        self.clock.database_ahead += jump
        self.simulation.since.clear()

    # ---- what must hold, beside what simulation.check() looks at

    def epochs_only_grow_and_old_ones_change_nothing(self) -> None:
        lease, history = self.simulation.backend.current(), self.simulation.backend.history
        assert lease.epoch >= self.epoch
        assert sorted(history) == list(range(1, lease.epoch + 1))
        self.epoch = lease.epoch
        if lease.epoch:
            leases = self.simulation.server.leases
            with self.database.write() as session, pytest.raises(LeaseMovedOn):
                leases.check_command(session, AGENT, lease.epoch - 1)
            with self.database.write() as session, pytest.raises(LeaseMovedOn):
                leases.start_phone(session, AGENT, history[lease.epoch], lease.epoch - 1)
            assert self.simulation.backend.current() == lease

    def recover(self) -> None:
        """All that can come back does, and has time to."""
        for page in self.simulation.pages.values():
            page.stalled, page.delay = False, 0
            self.simulation.become(page, True, False)
        self.simulation.advance(80_000)

    def one_phone_rings(self) -> None:
        """2: now that all is well, the holder's does, and no other."""
        pages = self.simulation.pages.values()
        there = [page for page in pages if page.open and page.view != "wall"]
        if there and self._keeps_until_a_click(there):
            assert not any(page.rings(self.clock) for page in pages)
            self.simulation.click_take_over(there[0], None)
            self.simulation.advance(10_000)
        holder = self.simulation.backend.current().holder
        ringing = [page.id for page in pages if page.rings(self.clock)]
        assert ringing == ([holder] if there else [])

    def _keeps_until_a_click(self, there: list[RealPage]) -> bool:
        """Whether the holder is gone with its browser, and was told that it has no peers."""
        lease = self.simulation.backend.current()
        holder = self.simulation.pages.get(lease.holder or "")
        browsers = {page.browser for page in there}
        return bool(
            holder and not holder.open and lease.no_peers and holder.browser not in browsers
        )

    def every_call_is_told_once(self) -> None:
        """3: no call is lost, nor shown twice, because the lease moved."""
        alive = {call: page.id for page in self.simulation.pages.values() for call in page.calls}
        with self.database.read() as session:
            rows = session.query(models.Call).all()
        by_id = {row.client_call_id: row for row in rows}
        assert len(by_id) == len(rows), "a call is shown twice"
        for call, client in alive.items():
            assert by_id[call].state != "ended" and by_id[call].carrier == client, (
                f"{call} goes on in {client}"
            )
        open_ = {
            row.client_call_id
            for row in rows
            if row.state != "ended" and self.simulation.pages[row.carrier or ""].open
        }
        assert open_ == alive.keys(), "a call that is over is shown as open"
        for client, call in self.simulation.rang:
            assert call in by_id or call in self.simulation.lost, (
                f"{call} rang in {client}, and it was never reported"
            )


Drawn = tuple[Any, ...]
# Each step's weight and its drawn arguments; a leading name is a page's.
ACTIONS: dict[str, tuple[int, Callable[[Random], Drawn]]] = {
    "opens": (6, lambda draw: (draw.choice(PLACES),)),
    "clicks_take_over": (3, lambda draw: (draw.choice(PLACES), draw.choice((None, "end", "move")))),
    "crashes": (2, lambda draw: (draw.choice(PLACES), draw.random() < 0.5)),
    "leaves": (3, lambda draw: (draw.choice(PLACES), draw.random() < 0.5)),
    "network_changes": (
        4,
        lambda draw: (
            draw.choice(PLACES),
            draw.random() < 0.4,
            draw.choice((0, 0, 300, 2_000, 4_000)),
        ),
    ),
    "socket_is_cut": (2, lambda draw: (draw.choice(PLACES),)),
    "machine_sleeps_or_page_stops_or_all_goes_on": (
        3,
        lambda draw: (draw.choice(PLACES), draw.random() < 0.7, draw.random() < 0.5),
    ),
    "page_clock_is_put_forward": (
        1,
        lambda draw: (draw.choice(PLACES), draw.choice((1_000, 40_000, 3_600_000))),
    ),
    "call_comes": (7, lambda draw: ()),
    "call_is_answered": (5, lambda draw: ()),
    "callers_hang_up": (4, lambda draw: ()),
    "signs_out": (1, lambda draw: (draw.choice(("A", "B")), draw.random() < 0.5)),
    "server_is_killed": (1, lambda draw: (draw.choice((500, 4_000, 34_000, 120_000)),)),
    "database_clock_jumps": (1, lambda draw: (draw.choice(JUMPS),)),
}


def day(seed: int) -> list[tuple[str, Drawn, int]]:
    draw = Random(seed)
    names = draw.choices(list(ACTIONS), [often for often, _ in ACTIONS.values()], k=LENGTH)
    return [(name, ACTIONS[name][1](draw), draw.choice(PAUSES)) for name in names]


@pytest.fixture
def clock(database: Database, monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(database, "now", lambda _session: time.database)
    for module in (disconnects, hub, pings, snapshots):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=time.monotonic))
    return time


@pytest.fixture
def node() -> Iterator[Node]:
    made = Node()
    yield made
    made.close()


def test_ownership_holds_between_the_real_server_and_real_pages(
    database: Database, node: Node, clock: Time
) -> None:
    calm = {
        "deadline": None,
        "suppress_health_check": list(HealthCheck),
        "database": None,
        "phases": (Phase.generate,),
    }

    @settings(max_examples=examples(4), **calm)
    @given(st.integers(0, 2**32))
    def play(seed: int) -> None:
        Day(database, node, clock).play(day(seed))

    play()


def cut_off(simulation: RealSimulation, ms: int) -> RealPage:
    """A holder without network for `ms`, while another page could take the phone."""
    for name in ("a1", "b1"):
        simulation.open(simulation.pages[name])
    simulation.advance(15_000)
    holder = simulation.pages["a1"]
    assert holder.rings(simulation.time) and holder.others
    holder.stalled = True
    simulation.advance(ms)
    return holder


def test_page_without_network_rings_for_30_s_only(
    database: Database, node: Node, clock: Time
) -> None:
    simulation = Day(database, node, clock).simulation
    holder = cut_off(simulation, 15_000)
    assert holder.rings(clock)
    simulation.advance(25_000)
    assert [page.id for page in simulation.pages.values() if page.rings(clock)] == ["b1"]


def test_stopped_page_without_network_rings_for_30_s_only(
    database: Database, node: Node, clock: Time
) -> None:
    """Its phone's frame goes on without it, and counts from what the page knew."""
    simulation = Day(database, node, clock).simulation
    holder = cut_off(simulation, 15_000)
    simulation.become(holder, True, True)
    simulation.advance(40_000)
    assert simulation.pages["b1"].rings(clock)
