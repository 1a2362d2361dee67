"""What the page, the API and the vendors' faces share: the exchange, its faults, the scenario that
runs, and the log.
"""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask import Flask, current_app

from ..config import Settings
from .exchange import Device, Exchange, scenarios
from .exchange.clock import Clock
from .exchange.faults import Faults
from .exchange.model import Event
from .exchange.scenario_run import ScenarioRun

# The extensions of the demo. What a vendor calls them, and their passwords, are the vendor's.
AGENTS = (
    ("5001", "Alice", Device.BROWSER),
    ("5002", "Bob", Device.BROWSER),
    ("5003", "Chi", Device.DESK_PHONE),
    ("5004", "Dũng", Device.GSM),
)
LOG_LENGTH = 300


class Line(NamedTuple):
    """One thing that the exchange did, or that a fault did to it."""

    number: int
    at: float
    kind: str
    extension: str | None
    far: str | None
    facts: Mapping[str, Any]


class Simulator:
    def __init__(self, settings: Settings, clock: Clock, seed: int | None = None) -> None:
        self.settings, self.clock = settings, clock
        seed = _any_seed() if seed is None else seed
        self.faults = Faults(clock, seed)
        self.exchange = Exchange(clock, seed, run=_new_run(), refuses=self.faults.refuses)
        self.scenarios = scenarios.available()
        self.run: ScenarioRun | None = None
        self.lines: deque[Line] = deque(maxlen=LOG_LENGTH)
        self.watchers: list[Callable[[], object]] = []
        self.version = 0
        self.exchange.events.watchers.append(self._noted)
        self.faults.watchers.append(lambda kind, name: self.add_line(f"fault_{kind}", name))
        for extension, name, device in AGENTS:
            self.exchange.add_agent(extension, name, device)

    def _noted(self, event: Event) -> None:
        facts = {
            name: value
            for name, value in event.facts.items()
            if isinstance(value, str | int | float | None)
        }
        self.add_line(event.kind, event.extension, event.far, facts)

    def add_line(
        self,
        kind: str,
        extension: str | None = None,
        far: str | None = None,
        facts: Mapping[str, Any] = {},
    ) -> None:
        self.lines.append(Line(self.version, self.clock.now(), kind, extension, far, facts))
        self.changed()

    def changed(self) -> None:
        self.version += 1
        for watcher in tuple(self.watchers):
            watcher()

    # What a person, or a test, may do
    # ---------------------------------------------------------------------

    def set_faults(self, values: Mapping[str, Any]) -> None:
        self.faults.set(values)
        self.add_line("faults", facts={"active": list(self.faults.active)})

    def clear_faults(self) -> None:
        self.faults.clear()
        self.add_line("no_faults")

    def start_scenario(self, scenario: scenarios.Scenario) -> None:
        self.stop_scenario()
        self.run = ScenarioRun(scenario, self.exchange, self.faults)
        self.add_line("scenario_started", facts={"name": scenario.name})

    def stop_scenario(self) -> None:
        if self.run is not None and self.run.running:
            self.run.stop()
            self.add_line("scenario_stopped", facts={"name": self.run.scenario.name})
        self.run = None

    def restart(self, seed: int | None) -> None:
        """All calls end, and chance begins again with the seed (another one, if none is given)."""
        self.stop_scenario()
        seed = _any_seed() if seed is None else seed
        self.faults.clear()
        self.faults.reset(seed)
        self.exchange.reset(seed, _new_run())
        self.lines.clear()
        self.add_line("restarted", facts={"seed": seed})

    def as_json(self) -> dict[str, Any]:
        running = self.run is not None and self.run.running
        about = {
            "faults": self.faults.settings,
            "scenario": self.run.scenario.name if self.run and running else None,
            "version": self.version,
        }
        return self.exchange.as_json() | about


def _any_seed() -> int:
    return secrets.randbelow(10_000)


def _new_run() -> str:
    """In front of the ids of calls: a run that repeats an earlier one must not look like that one's
    calls to Console.
    """
    return f"{int(time.time()):x}{secrets.token_hex(1)}-"


def simulator() -> Simulator:
    """That of the current request."""
    found: Simulator = current_app.extensions["simulator"]
    return found


def join_state(app: Flask, state: Simulator) -> None:
    app.extensions["simulator"] = state
