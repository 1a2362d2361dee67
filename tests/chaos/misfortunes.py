"""What may happen to the agents, their browsers and the servers.

Each draws what it needs and says what it did.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections.abc import Callable

from tests.chaos.seat import LIVE, Seat, Tab
from tests.chaos.world import LINES, World

Misfortune = Callable[[World, random.Random], str]
MOST_TABS = 2


def _tab(seats: list[Seat], rng: random.Random) -> tuple[Seat, Tab] | None:
    found = [(seat, tab) for seat in seats for tab in seat.answers]
    return rng.choice(found) if found else None


def opens(world: World, rng: random.Random) -> str:
    seat = rng.choice(world.alices)
    if seat.stopped or len(seat.tabs) >= MOST_TABS:
        return ""
    seat.open()
    return f"{seat.name} opens a tab"


def reloads(world: World, rng: random.Random) -> str:
    found = _tab(world.alices, rng)
    if not found:
        return ""
    seat, tab = found
    seat.load(tab)
    return f"{seat.name} loads tab {seat.tabs.index(tab)} anew"


def closes(world: World, rng: random.Random) -> str:
    found = _tab(world.alices, rng)
    if not found:
        return ""
    seat, tab = found
    seat.close_tab(tab)
    return f"{seat.name} closes a tab"


def kills(world: World, rng: random.Random) -> str:
    seat = rng.choice(world.alices)
    renderers = seat.renderers()
    if not renderers:
        return ""
    pid = rng.choice(renderers)
    seat.kill(pid)
    return f"{seat.name} loses renderer {renderers.index(pid)} of {len(renderers)}"


def stops(world: World, rng: random.Random) -> str:
    seat = rng.choice(world.alices)
    renderers = seat.renderers()
    if not renderers or seat.stopped:
        return ""
    pid = rng.choice(renderers)
    seconds = rng.choice([1, 3, 6, 10])
    seat.stop(pid)
    world.later(seconds, f"{seat.name} goes on", lambda: seat.go_on(pid))
    return (
        f"{seat.name} has renderer {renderers.index(pid)} of {len(renderers)} stopped for"
        f" {seconds} s"
    )


def cuts(world: World, rng: random.Random) -> str:
    seat = rng.choice(world.alices)
    seconds = rng.choice([0, 2, 5, 9])
    if rng.random() < 0.5:
        seat.wire.stall()
    else:
        seat.wire.cut(refuse=seconds > 0)
    world.later(seconds, f"{seat.name} is back on the network", seat.wire.mend)
    return f"{seat.name} is off the network for {seconds} s"


def cuts_the_exchange(world: World, rng: random.Random) -> str:
    seconds = rng.choice([0, 1, 3])
    world.exchange_wire.cut(refuse=seconds > 0)
    world.later(seconds, "the exchange is back", world.exchange_wire.mend)
    return f"nobody reaches the exchange for {seconds} s"


def crashes_the_server(world: World, rng: random.Random) -> str:
    if not world.server.running:
        return ""
    seconds = rng.choice([0, 2, 5])
    world.server.crash()
    world.later(seconds, "the server is back", world.server.start)
    return f"the server is killed for {seconds} s"


def kills_a_worker(world: World, rng: random.Random) -> str:
    workers = (
        _children(world.server.process.pid) if world.server.process and world.server.running else []
    )
    if not workers:
        return ""
    os.kill(rng.choice(workers), signal.SIGKILL)
    return "a worker is killed"


def _children(pid: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return sorted(map(int, listed.stdout.split()))


def restarts_redis(world: World, rng: random.Random) -> str:
    if not world.redis.running:
        return ""
    world.redis.kill()
    world.later(rng.choice([0, 2]), "redis is back", world.redis.start)
    return "redis is killed"


def restarts_postgres(world: World, rng: random.Random) -> str:
    if not world.postgres.running or not world.server.running:
        return ""
    world.postgres.stop()
    world.later(rng.choice([0, 2]), "postgresql is back", world.postgres.start)
    return "postgresql is stopped"


def bob_calls(world: World, rng: random.Random) -> str:
    return _dials(world.bob, "alice", rng)


def alice_calls(world: World, rng: random.Random) -> str:
    return _dials(rng.choice(world.alices), "bob", rng)


def _dials(seat: Seat, other: str, rng: random.Random) -> str:
    found = _tab([seat], rng)
    if (
        not found
        or found[1].page.locator(LIVE).count()
        or not found[1].page.locator("#dial-number").count()
    ):
        return ""
    found[1].page.locator("#dial-number").fill(LINES[other], timeout=1500)
    return f"{seat.name} calls {other}" if found[1].click("#dial-call") else ""


def answers(world: World, rng: random.Random) -> str:
    return _press(world, rng, "answer")


def hangs_up(world: World, rng: random.Random) -> str:
    return _press(world, rng, rng.choice(["hangup", "reject"]))


def _press(world: World, rng: random.Random, command: str) -> str:
    buttons = f"{LIVE} [data-command={command}]:visible"
    tabs = [
        (seat, tab)
        for seat in world.seats
        for tab in seat.answers
        if tab.page.locator(buttons).count()
    ]
    if not tabs:
        return ""
    seat, tab = rng.choice(tabs)
    return f"{seat.name} presses {command}" if tab.click(buttons) else ""


def takes_over(world: World, rng: random.Random) -> str:
    found = _tab(world.alices, rng)
    if not found or not found[1].page.locator("#take-over-button:visible").count():
        return ""
    seat, tab = found
    if not tab.click("#take-over-button"):
        return ""
    tab.click("#take-over[open] [data-choice=end]")
    return f"{seat.name} takes over with tab {seat.tabs.index(tab)}"


WEIGHTS: dict[Misfortune, int] = {
    opens: 5,
    reloads: 4,
    closes: 3,
    kills: 3,
    stops: 3,
    cuts: 3,
    cuts_the_exchange: 1,
    crashes_the_server: 2,
    kills_a_worker: 1,
    restarts_redis: 1,
    restarts_postgres: 1,
    bob_calls: 5,
    alice_calls: 3,
    answers: 6,
    hangs_up: 4,
    takes_over: 2,
}
