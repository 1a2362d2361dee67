"""An exchange on a clock that only the test moves, with adapters that record their events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from console.simulator.exchange import Call, Exchange
from console.simulator.exchange.clock import ManualClock
from console.simulator.exchange.faults import Faults

ALICE, BOB, CAROL = "5001", "5002", "5003"


@dataclass
class RecordingAdapter:
    """Records its events, and picks up its own leg as a browser's script does."""

    exchange: Exchange
    picks_up: bool = True
    events: list[tuple[float, str, str | None, dict[str, Any]]] = field(default_factory=list)

    def on_event(self, kind: str, call: Call | None, **facts: Any) -> None:
        self.events.append((self.exchange.clock.now(), kind, call.id if call else None, facts))
        if kind == "agent_ringing" and call is not None and self.picks_up:
            self.exchange.answer(call)

    @property
    def kinds(self) -> list[str]:
        return [kind for _, kind, _, _ in self.events]

    def last(self, kind: str) -> dict[str, Any]:
        return next(facts for _, each, _, facts in reversed(self.events) if each == kind)


class ExchangeSimulation:
    """Alice and Bob in browsers, Carol at a separate desk phone; all signed in."""

    def __init__(self, seed: int = 1) -> None:
        self.clock = ManualClock()
        self.faults = Faults(self.clock, seed)
        self.exchange = Exchange(self.clock, seed, refuses=self.faults.refuses)
        self.adapters: dict[str, RecordingAdapter] = {}
        for extension, name, device in ((ALICE, "Alice", 1), (BOB, "Bob", 1), (CAROL, "Carol", 4)):
            self.exchange.add_agent(extension, name, device)
            self.adapters[extension] = RecordingAdapter(self.exchange)
            self.exchange.connect(extension, self.adapters[extension])
            self.adapters[extension].events.clear()

    def call_of(self, extension: str) -> Call:
        """The one call of an agent."""
        (call,) = self.exchange.calls_of(extension)
        return call
