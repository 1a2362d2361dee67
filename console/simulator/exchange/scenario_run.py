"""A running scenario: each step at its time, repeated as it says, with a chance of its own."""

from __future__ import annotations

from functools import partial

from .chance import Chance
from .clock import Clock, Handle
from .exchange import Exchange
from .faults import Faults
from .scenarios import Action, CustomerCall, Cut, Fault, NoFaults, Presence, Scenario, Step


class ScenarioRun:
    """Starts at once. Calls and faults that it has begun go on when it is stopped."""

    def __init__(self, scenario: Scenario, exchange: Exchange, faults: Faults) -> None:
        self.scenario, self.exchange, self.faults = scenario, exchange, faults
        self.clock: Clock = exchange.clock
        self.began = self.clock.now()
        self.running = True
        self._planned: dict[int, Handle] = {}
        for step in scenario.steps:
            # A chance of its own: a step does not depend on which other step came first.
            chance = Chance(f"{exchange.seed}/{scenario.name}/{step.line}")
            at_once = step.every is not None and not step.first
            self._plan(step, chance, self._pause(step, chance) if at_once else step.first)
        self._planned[0] = self.clock.call_later(scenario.seconds, self.stop)

    @property
    def elapsed(self) -> float:
        return self.clock.now() - self.began

    def stop(self) -> None:
        self.running = False
        for handle in self._planned.values():
            handle.cancel()
        self._planned.clear()

    def _plan(self, step: Step, chance: Chance, wait: float) -> None:
        if step.every is None or self.elapsed + wait < step.until:
            self._planned[step.line] = self.clock.call_later(
                wait, partial(self._take, step, chance)
            )

    def _take(self, step: Step, chance: Chance) -> None:
        if not self.running:
            return
        self._do(step.action, chance)
        if step.every is not None:
            self._plan(step, chance, self._pause(step, chance))

    def _pause(self, step: Step, chance: Chance) -> float:
        return chance.between(*step.every) if step.every else 0.0

    def _do(self, action: Action, chance: Chance) -> None:
        match action:
            case CustomerCall():
                self._call(action, chance)
            case Fault(name, value):
                self.faults.set({name: value})
            case NoFaults():
                self.faults.clear()
            case Cut(extension):
                self.faults.drop_all(extension)
            case Presence(extension, value):
                if extension in self.exchange.agents:
                    self.exchange.set_presence(extension, value)

    def _call(self, action: CustomerCall, chance: Chance) -> None:
        number = "".join(
            str(chance.randrange(10)) if digit == "#" else digit for digit in action.number
        )
        lengths = {
            "talk": action.talk and chance.between(*action.talk),
            "patience": action.patience and chance.between(*action.patience),
        }
        self.exchange.customer_calls(number, action.to, **lengths)
