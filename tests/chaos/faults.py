"""Faults that happen to agents, browsers and servers.

Each draws its arguments and returns a description.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections.abc import Callable

from tests.chaos.agent_browser import LIVE, AgentBrowser, Tab
from tests.chaos.simulation import LINES, Simulation

Fault = Callable[[Simulation, random.Random], str]
MOST_TABS = 2


def _tab(agents: list[AgentBrowser], rng: random.Random) -> tuple[AgentBrowser, Tab] | None:
    found = [(agent, tab) for agent in agents for tab in agent.answers]
    return rng.choice(found) if found else None


def opens(simulation: Simulation, rng: random.Random) -> str:
    agent = rng.choice(simulation.alices)
    if agent.stopped or len(agent.tabs) >= MOST_TABS:
        return ""
    agent.open()
    return f"{agent.name} opens a tab"


def reloads(simulation: Simulation, rng: random.Random) -> str:
    found = _tab(simulation.alices, rng)
    if not found:
        return ""
    agent, tab = found
    agent.load(tab)
    return f"{agent.name} loads tab {agent.tabs.index(tab)} anew"


def closes(simulation: Simulation, rng: random.Random) -> str:
    found = _tab(simulation.alices, rng)
    if not found:
        return ""
    agent, tab = found
    agent.close_tab(tab)
    return f"{agent.name} closes a tab"


def kills(simulation: Simulation, rng: random.Random) -> str:
    agent = rng.choice(simulation.alices)
    renderers = agent.renderers()
    if not renderers:
        return ""
    pid = rng.choice(renderers)
    agent.kill(pid)
    return f"{agent.name} loses renderer {renderers.index(pid)} of {len(renderers)}"


def stops(simulation: Simulation, rng: random.Random) -> str:
    agent = rng.choice(simulation.alices)
    renderers = agent.renderers()
    if not renderers or agent.stopped:
        return ""
    pid = rng.choice(renderers)
    seconds = rng.choice([1, 3, 6, 10])
    agent.stop(pid)
    simulation.later(seconds, f"{agent.name} goes on", lambda: agent.go_on(pid))
    return (
        f"{agent.name} has renderer {renderers.index(pid)} of {len(renderers)} stopped for"
        f" {seconds} s"
    )


def cuts(simulation: Simulation, rng: random.Random) -> str:
    agent = rng.choice(simulation.alices)
    seconds = rng.choice([0, 2, 5, 9])
    if rng.random() < 0.5:
        agent.wire.stall()
    else:
        agent.wire.cut(refuse=seconds > 0)
    simulation.later(seconds, f"{agent.name} is back on the network", agent.wire.restore)
    return f"{agent.name} is off the network for {seconds} s"


def cuts_the_exchange(simulation: Simulation, rng: random.Random) -> str:
    seconds = rng.choice([0, 1, 3])
    simulation.exchange_wire.cut(refuse=seconds > 0)
    simulation.later(seconds, "the exchange is back", simulation.exchange_wire.restore)
    return f"nobody reaches the exchange for {seconds} s"


def crashes_the_server(simulation: Simulation, rng: random.Random) -> str:
    if not simulation.server.running:
        return ""
    seconds = rng.choice([0, 2, 5])
    simulation.server.crash()
    simulation.later(seconds, "the server is back", simulation.server.start)
    return f"the server is killed for {seconds} s"


def kills_a_worker(simulation: Simulation, rng: random.Random) -> str:
    workers = (
        _children(simulation.server.process.pid)
        if simulation.server.process and simulation.server.running
        else []
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


def restarts_redis(simulation: Simulation, rng: random.Random) -> str:
    if not simulation.redis.running:
        return ""
    simulation.redis.kill()
    simulation.later(rng.choice([0, 2]), "redis is back", simulation.redis.start)
    return "redis is killed"


def restarts_postgres(simulation: Simulation, rng: random.Random) -> str:
    if not simulation.postgres.running or not simulation.server.running:
        return ""
    simulation.postgres.stop()
    simulation.later(rng.choice([0, 2]), "postgresql is back", simulation.postgres.start)
    return "postgresql is stopped"


def bob_calls(simulation: Simulation, rng: random.Random) -> str:
    return _dials(simulation.bob, "alice", rng)


def alice_calls(simulation: Simulation, rng: random.Random) -> str:
    return _dials(rng.choice(simulation.alices), "bob", rng)


def _dials(agent: AgentBrowser, other: str, rng: random.Random) -> str:
    found = _tab([agent], rng)
    if (
        not found
        or found[1].page.locator(LIVE).count()
        or not found[1].page.locator("#dial-number").count()
    ):
        return ""
    found[1].page.locator("#dial-number").fill(LINES[other], timeout=1500)
    return f"{agent.name} calls {other}" if found[1].click("#dial-call") else ""


def answers(simulation: Simulation, rng: random.Random) -> str:
    return _press(simulation, rng, "answer")


def hangs_up(simulation: Simulation, rng: random.Random) -> str:
    return _press(simulation, rng, rng.choice(["hangup", "reject"]))


def _press(simulation: Simulation, rng: random.Random, command: str) -> str:
    buttons = f"{LIVE} [data-command={command}]:visible"
    tabs = [
        (agent, tab)
        for agent in simulation.agents
        for tab in agent.answers
        if tab.page.locator(buttons).count()
    ]
    if not tabs:
        return ""
    agent, tab = rng.choice(tabs)
    return f"{agent.name} presses {command}" if tab.click(buttons) else ""


def takes_over(simulation: Simulation, rng: random.Random) -> str:
    found = _tab(simulation.alices, rng)
    if not found or not found[1].page.locator("#take-over-button:visible").count():
        return ""
    agent, tab = found
    if not tab.click("#take-over-button"):
        return ""
    tab.click("#take-over[open] [data-choice=end]")
    return f"{agent.name} takes over with tab {agent.tabs.index(tab)}"


WEIGHTS: dict[Fault, int] = {
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
