"""The running simulator: the exchange, its faults, the running scenario, and the log."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app

from ..demo_agents import AGENTS
from ..exchange import Exchange
from ..exchange.clock import Clock
from ..exchange.faults import Faults
from ..exchange.scenario_run import ScenarioRun
from ..exchange.scenarios import Scenario, available
from .log import Log


class Simulator:
    """`console_origin`: the address of the Console that it runs beside."""

    def __init__(self, console_origin: str, clock: Clock, seed: int | None = None) -> None:
        self.console_origin = console_origin
        seed = _any_seed() if seed is None else seed
        self.faults = Faults(clock, seed)
        self.exchange = Exchange(clock, seed, run=_new_run(), refuses=self.faults.refuses)
        self.scenarios = available()
        self.run: ScenarioRun | None = None
        self.log = Log(clock)
        self.exchange.events.watchers.append(self.log.add_event)
        self.faults.watchers.append(self.log.add_fault)
        for extension, name, device in AGENTS:
            self.exchange.add_agent(extension, name, device)

    def set_faults(self, values: Mapping[str, Any]) -> None:
        self.faults.set(values)
        self.log.add("faults", facts={"active": list(self.faults.active)})

    def clear_faults(self) -> None:
        self.faults.clear()
        self.log.add("no_faults")

    def start_scenario(self, scenario: Scenario) -> None:
        self.stop_scenario()
        self.run = ScenarioRun(scenario, self.exchange, self.faults)
        self.log.add("scenario_started", facts={"name": scenario.name})

    def stop_scenario(self) -> None:
        if self.run is not None and self.run.running:
            self.run.stop()
            self.log.add("scenario_stopped", facts={"name": self.run.scenario.name})
        self.run = None

    def restart(self, seed: int | None) -> None:
        """End all calls, and start chance again with the seed (without one, with any)."""
        self.stop_scenario()
        seed = _any_seed() if seed is None else seed
        self.faults.clear()
        self.faults.reset(seed)
        self.exchange.reset(seed, _new_run())
        self.log.entries.clear()
        self.log.add("restarted", facts={"seed": seed})

    def as_json(self) -> dict[str, Any]:
        running = self.run is not None and self.run.running
        about = {
            "faults": self.faults.settings,
            "scenario": self.run.scenario.name if self.run and running else None,
            "version": self.log.version,
        }
        return self.exchange.as_json() | about


def _any_seed() -> int:
    return secrets.randbelow(10_000)


def _new_run() -> str:
    """In front of the ids of calls: Console must not take a repeated run's calls for the earlier
    ones.
    """
    return f"{int(time.time()):x}{secrets.token_hex(3)}-"


def simulator() -> Simulator:
    """The simulator of the current request."""
    found: Simulator = current_app.extensions["simulator"]
    return found


def init_app(app: Flask, running: Simulator) -> None:
    app.extensions["simulator"] = running
