"""Ownership under random schedules of crashes, delays and clock jumps, in memory and databases."""

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
from console.domain.lease import LeaseMovedOn
from console.storage.database import Database
from tests.property_examples import examples

from .clock import Time
from .database_backend import DatabaseBackend
from .memory_backend import MemoryBackend
from .page import Page
from .simulation import LeaseBackend, Simulation

NAMES = ("a1", "a2", "b1", "c1", "wall")
pages = st.sampled_from(NAMES)


def simulation_of(backend: LeaseBackend, time: Time) -> Simulation:
    """Two tabs of one browser, one tab of another, a CRM frame whose storage is refused, and a
    wall.
    """
    return Simulation(
        backend,
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
    backend: Callable[[Time], LeaseBackend] = MemoryBackend

    @initialize()
    def begin(self) -> None:
        self.time = Time()
        self.simulation = simulation_of(type(self).backend(self.time), self.time)
        self.epoch = 0

    def page(self, name: str) -> Page:
        return self.simulation.pages[name]

    @rule(
        duration=st.sampled_from(
            (500, 1_000, 1_500, 2_500, 3_500, 6_000, 11_000, 24_000, 31_000, 36_000)
        )
    )
    def time_passes(self, duration: int) -> None:
        self.simulation.advance(duration)

    @rule(name=pages)
    def opens(self, name: str) -> None:
        if not self.page(name).open:
            self.simulation.open(self.page(name))
            self.simulation.settle()

    @rule(name=pages, call=st.sampled_from((None, "end", "move")))
    def clicks_take_over(self, name: str, call: str | None) -> None:
        if not self.page(name).open:
            self.opens(name)
        self.simulation.click_take_over(self.page(name), call)

    @rule(name=pages, noticed=st.booleans())
    def crashes(self, name: str, noticed: bool) -> None:
        self.simulation.crash(self.page(name), noticed and not self.page(name).stalled)

    @rule(name=pages, again=st.booleans(), closing=st.booleans())
    def leaves(self, name: str, again: bool, closing: bool) -> None:
        page = self.page(name)
        if page.open and page.awake:
            self.simulation.leave(page, closing)
            if again:
                self.simulation.open(page)
            self.simulation.settle()

    @rule(name=pages, stalled=st.booleans(), delay=st.sampled_from((0, 0, 300, 2_000, 4_000)))
    def network_changes(self, name: str, stalled: bool, delay: int) -> None:
        self.page(name).stalled, self.page(name).delay = stalled, delay
        self.simulation.settle()

    @rule(name=pages)
    def socket_is_cut(self, name: str) -> None:
        self.simulation.cut(self.page(name))

    @rule(name=pages, awake=st.booleans())
    def machine_sleeps_or_wakes(self, name: str, awake: bool) -> None:
        self.page(name).awake = awake
        self.simulation.settle()

    @rule(name=pages, jump=st.sampled_from((1_000, 40_000, 3_600_000)))
    def page_clock_is_put_forward(self, name: str, jump: int) -> None:
        self.page(name).wall_ahead += jump

    @rule(name=pages, state=st.sampled_from((CallState.ringing, CallState.active, None)))
    def call_comes_or_ends(self, name: str, state: CallState | None) -> None:
        page = self.page(name)
        if page.rings(self.time) or (state is None and name in self.simulation.calls):
            self.simulation.set_call(page, state)

    @precondition(lambda self: self.simulation.up)
    @rule(browser=st.sampled_from(("A", "B")), noticed=st.booleans())
    def signs_out(self, browser: str, noticed: bool) -> None:
        self.simulation.sign_out(
            [page for page in self.simulation.pages.values() if page.browser == browser], noticed
        )

    @rule(down=st.sampled_from((500, 4_000, 34_000, 120_000)))
    def server_is_killed(self, down: int) -> None:
        self.simulation.kill_server()
        self.simulation.advance(down)
        self.simulation.start_server()

    @rule(jump=st.sampled_from((-3_600_000, -40_000, -2_000, 2_000, 6_000, 3_600_000)))
    def database_clock_jumps(self, jump: int) -> None:
        self.time.database_ahead += jump
        self.simulation.since.clear()

    @invariant()
    def epochs_only_grow_and_old_ones_change_nothing(self) -> None:
        lease = self.simulation.backend.current()
        assert lease.epoch >= self.epoch
        assert sorted(self.simulation.backend.history) == list(range(1, lease.epoch + 1))
        self.epoch = lease.epoch
        if lease.epoch:
            for refused in (self._old_command, self._old_start):
                with pytest.raises(LeaseMovedOn):
                    refused(lease.epoch - 1)
            assert self.simulation.backend.current() == lease

    def _old_command(self, epoch: int) -> None:
        self.simulation.backend.check_command(epoch)

    def _old_start(self, epoch: int) -> None:
        self.simulation.backend.start_phone(self.simulation.backend.history[epoch + 1], epoch)

    @invariant()
    def holds(self) -> None:
        self.simulation.check()


def run(
    backend: Callable[[Time], LeaseBackend],
    usual: int,
    steps: int,
    phases: tuple[Phase, ...] = tuple(Phase),
) -> None:
    machine = type("Schedule", (Schedule,), {"backend": staticmethod(backend)})
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
    run(MemoryBackend, usual=150, steps=40)


def test_ownership_holds_under_any_schedule_in_a_database(database: Database) -> None:
    run(
        lambda time: DatabaseBackend(database, time), usual=6, steps=25, phases=(Phase.generate,)
    )  # shrinking here takes minutes
