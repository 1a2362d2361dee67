"""A scenario that runs: each step at its time, repeated as it says, with chance of its own."""

from __future__ import annotations

import random
from functools import partial

from .clock import Clock, Handle
from .exchange import Exchange
from .faults import Faults
from .scenarios import Action, Cut, Fault, NoFaults, Place, Presence, Scenario, Span, Step


class ScenarioRun:
    """Starts at once. What it has begun (calls, faults) goes on when it is stopped; nothing new is
    begun.
    """

    def __init__(self, scenario: Scenario, exchange: Exchange, faults: Faults) -> None:
        self.scenario, self.exchange, self.faults = scenario, exchange, faults
        self.clock: Clock = exchange.clock
        self.began = self.clock.now()
        self.running = True
        self._planned: dict[int, Handle] = {}
        for step in scenario.steps:
            # A step's chance is its own: it does not depend on which other step came first.
            chance = random.Random(f"{exchange.seed}/{scenario.name}/{step.line}")  # noqa: S311 - chance that can be repeated is the point
            wait = step.first + (
                self._some(step.every, chance) if step.every and not step.first else 0.0
            )
            self._plan(step, chance, wait)
        self._planned[0] = self.clock.call_later(scenario.seconds, self.stop)

    @property
    def elapsed(self) -> float:
        return self.clock.now() - self.began

    def stop(self) -> None:
        self.running = False
        for handle in self._planned.values():
            handle.cancel()
        self._planned.clear()

    def _plan(self, step: Step, chance: random.Random, wait: float) -> None:
        if step.every is None or self.elapsed + wait < step.until:
            self._planned[step.line] = self.clock.call_later(
                wait, partial(self._take, step, chance)
            )

    def _take(self, step: Step, chance: random.Random) -> None:
        if not self.running:
            return
        self._do(step.action, chance)
        if step.every is not None:
            self._plan(step, chance, self._some(step.every, chance))

    def _some(self, span: Span, chance: random.Random) -> float:
        return round(chance.uniform(*span), 3)

    def _do(self, action: Action, chance: random.Random) -> None:
        match action:
            case Place(number, to, talk, patience):
                digits = "".join(
                    str(chance.randrange(10)) if digit == "#" else digit for digit in number
                )
                lengths = {
                    "talk": talk and self._some(talk, chance),
                    "patience": patience and self._some(patience, chance),
                }
                self.exchange.customer_calls(digits, to, **lengths)
            case Fault(name, value):
                self.faults.set({name: value})
            case NoFaults():
                self.faults.clear()
            case Cut(extension):
                self.faults.drop_all(extension)
            case Presence(extension, value):
                if extension in self.exchange.agents:
                    self.exchange.set_presence(extension, value)
