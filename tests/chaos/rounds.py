"""One round: some faults, their end, and the wait until the system has recovered."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from signal import SIGALRM, alarm, signal
from types import FrameType

import psycopg
from playwright.sync_api import Error

from tests.chaos.agent_browser import LIVE
from tests.chaos.faults import WEIGHTS
from tests.chaos.simulation import LINES, TIMES, Simulation

PAUSES = [0.0, 0.2, 0.5, 1.0, 2.0]
# The longest way: a silent holder that carries a call keeps the lease, the far side waits for its
# sound (half a minute in the browser), the next one starts its phone, and pages that were cut off
# wait up to ten seconds between two tries.
RECOVERED_S = TIMES["carry_seconds"] + TIMES["start_grace_seconds"] + 60
A_PERSON_HELPS_S = TIMES["expire_seconds"] + TIMES["start_grace_seconds"]
STAYS_S = 2  # a second phone that was on its way has come by then
ROUND_S = 300

_LOOK = """["#phone-chip", "#banner", "#calls"].map((name) => {
  const { dataset, innerText } = document.querySelector(name) ?? { dataset: {}, innerText: "" };
  return JSON.stringify(dataset) + " " + innerText.replace(/\\s+/g, " ");
})"""

Say = Callable[[str], None]


class NotRecovered(AssertionError):
    """Something is not as it should be, although every fault is over."""


@contextmanager
def bounded(seconds: int) -> Iterator[None]:
    """A page that hangs would keep Playwright waiting for ever."""

    def over(number: int, frame: FrameType | None) -> None:
        raise NotRecovered(f"the round is not over within {seconds} s")

    before = signal(SIGALRM, over)
    alarm(seconds)
    try:
        yield
    finally:
        alarm(0)
        signal(SIGALRM, before)


def play(simulation: Simulation, rng: random.Random, faults: int, say: Say) -> None:
    for _ in range(faults):
        (happens,) = rng.choices([*WEIGHTS], [*WEIGHTS.values()])
        # Drawn apart: how much one fault draws does not change the next one.
        own = random.Random(rng.random())
        try:
            what = happens(simulation, own)
        except Error as error:
            what = f"{happens.__name__}: {str(error).splitlines()[0]}"
        if what:
            say(what)
        for done in simulation.pause(rng.choice(PAUSES)):
            say(done)


def recover(simulation: Simulation, say: Say) -> None:
    """End the faults and wait until each agent has one phone and both sides know the same calls."""
    simulation.restore()
    say("all faults have ended")
    _until(simulation, _not_recovered, say)
    _end_calls(simulation)
    _until(simulation, lambda each: _not_recovered(each) or _calls_left(each), say)
    simulation.pause(STAYS_S)
    if wrong := _not_recovered(simulation):
        raise NotRecovered(f"recovered, and {STAYS_S} s later: {wrong}\n{picture(simulation)}")


def _until(simulation: Simulation, wrong: Callable[[Simulation], str], say: Say) -> None:
    began = time.monotonic()
    helped = False
    while found := _looked_at(simulation, wrong):
        waited = time.monotonic() - began
        if waited > RECOVERED_S:
            raise NotRecovered(f"after {waited:.0f} s: {found}\n{picture(simulation)}")
        _people_come_back(simulation)
        if not helped and waited > A_PERSON_HELPS_S and not simulation.contacts("alice"):
            helped = _a_person_takes_the_phone(simulation, say)
        simulation.pause(0.3)


def _people_come_back(simulation: Simulation) -> None:
    for agent in simulation.agents:
        agent.repair()
    for agents in (simulation.alices, [simulation.bob]):
        if not any(agent.tabs for agent in agents):
            agents[0].open()


def _looked_at(simulation: Simulation, wrong: Callable[[Simulation], str]) -> str:
    try:
        return wrong(simulation)
    except (Error, psycopg.Error) as error:
        return f"cannot be asked: {error}"


def _a_person_takes_the_phone(simulation: Simulation, say: Say) -> bool:
    """A holder notified that it has no peers is replaced from elsewhere only by a click."""
    for agent in simulation.alices:
        for tab in agent.answers:
            if tab.page.locator("#take-over-button:visible").count() and tab.click(
                "#take-over-button"
            ):
                tab.click("#take-over[open] [data-choice=end]")
                say(f"{agent.name} takes the phone over, as the page offers")
                return True
    return False


def _not_recovered(simulation: Simulation) -> str:
    contacts = {user: simulation.contacts(user) for user in LINES}
    if set(contacts.values()) != {1}:
        return f"registered contacts: {contacts}"
    calls, peers = simulation.open_calls(), simulation.peers()
    return f"open calls: {dict(calls)}, calls in phones: {dict(peers)}" if calls != peers else ""


def _calls_left(simulation: Simulation) -> str:
    _end_calls(simulation)
    return (
        f"calls that cannot be ended: {dict(simulation.open_calls())}"
        if simulation.open_calls()
        else ""
    )


def _end_calls(simulation: Simulation) -> None:
    for agent in simulation.agents:
        for tab in agent.answers:
            for command in ("hangup", "reject"):
                if tab.page.locator(f"{LIVE} [data-command={command}]:visible").count():
                    tab.click(f"{LIVE} [data-command={command}]:visible")


def picture(simulation: Simulation) -> str:
    """A report of everything that can be seen, to find the cause."""
    seen = [
        f"contacts: { {user: simulation.contacts(user) for user in LINES} }, open calls:"
        f" {dict(simulation.open_calls())}"
    ]
    for agent in simulation.agents:
        for tab in agent.answers:
            seen.append(
                f"{agent.name}: {len(tab.frames)} frames, {tab.peers()} calls in them,"
                f" {tab.page.evaluate(_LOOK)}"
            )
    return "\n".join(seen)
