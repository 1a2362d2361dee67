"""Ownership under random schedules of clients, crashes, delays and clock jumps: on the pure rules,
SQLite and PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from console.domain.enums import CallState
from console.domain.lease import StaleEpoch
from console.storage.database import Database
from tests.property_examples import examples

from .courts import Court, DatabaseCourt, MemoryCourt, Time
from .page import Page
from .world import World

NAMES = ("a1", "a2", "b1", "c1", "wall")
pages = st.sampled_from(NAMES)


def world_of(court: Court, time: Time) -> World:
    """Two tabs of one browser, one tab of another, a CRM frame whose storage is refused, and a
    wall.
    """
    return World(
        court,
        time,
        [
            Page("a1", "A"),
            Page("a2", "A"),
            Page("b1", "B"),
            Page("c1", ""),
            Page("wall", "B", view="wall"),
        ],
    )


class Schedule(RuleBasedStateMachine):
    court: Callable[[Time], Court] = MemoryCourt

    @initialize()
    def begin(self) -> None:
        self.time = Time()
        self.world = world_of(type(self).court(self.time), self.time)
        self.epoch = 0

    def page(self, name: str) -> Page:
        return self.world.pages[name]

    @rule(
        duration=st.sampled_from(
            (500, 1_000, 1_500, 2_500, 3_500, 6_000, 11_000, 24_000, 31_000, 36_000)
        )
    )
    def time_passes(self, duration: int) -> None:
        self.world.advance(duration)

    @rule(name=pages)
    def opens(self, name: str) -> None:
        if not self.page(name).open:
            self.world.open(self.page(name))
            self.world.settle()

    @rule(name=pages, call=st.sampled_from((None, "end", "move")))
    def clicks_take_over(self, name: str, call: str | None) -> None:
        if not self.page(name).open:
            self.opens(name)
        self.world.click_take_over(self.page(name), call)

    @rule(name=pages, noticed=st.booleans())
    def crashes(self, name: str, noticed: bool) -> None:
        self.world.crash(self.page(name), noticed and not self.page(name).stalled)

    @rule(name=pages, again=st.booleans(), closing=st.booleans())
    def leaves(self, name: str, again: bool, closing: bool) -> None:
        page = self.page(name)
        if page.open and page.awake:
            self.world.leave(page, closing)
            if again:
                self.world.open(page)
            self.world.settle()

    @rule(name=pages, stalled=st.booleans(), delay=st.sampled_from((0, 0, 300, 2_000, 4_000)))
    def network_changes(self, name: str, stalled: bool, delay: int) -> None:
        self.page(name).stalled, self.page(name).delay = stalled, delay
        self.world.settle()

    @rule(name=pages)
    def socket_is_cut(self, name: str) -> None:
        self.world.cut(self.page(name))

    @rule(name=pages, awake=st.booleans())
    def machine_sleeps_or_wakes(self, name: str, awake: bool) -> None:
        self.page(name).awake = awake
        self.world.settle()

    @rule(name=pages, jump=st.sampled_from((1_000, 40_000, 3_600_000)))
    def page_clock_is_put_forward(self, name: str, jump: int) -> None:
        self.page(name).wall_ahead += jump

    @rule(name=pages, state=st.sampled_from((CallState.ringing, CallState.active, None)))
    def call_comes_or_ends(self, name: str, state: CallState | None) -> None:
        page = self.page(name)
        if page.rings(self.time) or (state is None and name in self.world.calls):
            self.world.set_call(page, state)

    @precondition(lambda self: self.world.up)
    @rule(browser=st.sampled_from(("A", "B")), noticed=st.booleans())
    def signs_out(self, browser: str, noticed: bool) -> None:
        self.world.sign_out(
            [page for page in self.world.pages.values() if page.browser == browser], noticed
        )

    @rule(down=st.sampled_from((500, 4_000, 34_000, 120_000)))
    def server_is_killed(self, down: int) -> None:
        self.world.kill_server()
        self.world.advance(down)
        self.world.start_server()

    @rule(jump=st.sampled_from((-3_600_000, -40_000, -2_000, 2_000, 6_000, 3_600_000)))
    def database_clock_jumps(self, jump: int) -> None:
        self.time.database_ahead += jump
        self.world.since.clear()

    @invariant()
    def epochs_only_grow_and_old_ones_change_nothing(self) -> None:
        lease = self.world.court.current()
        assert lease.epoch >= self.epoch
        assert sorted(self.world.court.history) == list(range(1, lease.epoch + 1))
        self.epoch = lease.epoch
        if lease.epoch:
            for refused in (self._old_command, self._old_start):
                with pytest.raises(StaleEpoch):
                    refused(lease.epoch - 1)
            assert self.world.court.current() == lease

    def _old_command(self, epoch: int) -> None:
        self.world.court.check_command(epoch)

    def _old_start(self, epoch: int) -> None:
        self.world.court.start_phone(self.world.court.history[epoch + 1], epoch)

    @invariant()
    def holds(self) -> None:
        self.world.check()


def run(
    court: Callable[[Time], Court], usual: int, steps: int, phases: tuple[Phase, ...] = tuple(Phase)
) -> None:
    machine = type("Schedule", (Schedule,), {"court": staticmethod(court)})
    slow = {
        "deadline": None,
        "suppress_health_check": list(HealthCheck),
        "database": None,
        "phases": phases,
    }
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples(usual), stateful_step_count=steps, **slow)
    )  # type: ignore[no-untyped-call]


def test_ownership_holds_under_any_schedule() -> None:
    run(MemoryCourt, usual=150, steps=40)


def test_ownership_holds_under_any_schedule_in_a_database(database: Database) -> None:
    run(
        lambda time: DatabaseCourt(database, time), usual=6, steps=25, phases=(Phase.generate,)
    )  # shrinking here takes minutes
