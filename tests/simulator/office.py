"""An exchange on a clock that only the test moves, with agents who note what they hear."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from console.simulator.clock import ManualClock
from console.simulator.exchange import Call, Exchange
from console.simulator.faults import Faults

ALICE, BOB, CAROL = "5001", "5002", "5003"


@dataclass
class Listener:
    """A face that notes its news, and picks up its own leg as a browser's script does."""

    exchange: Exchange
    picks_up: bool = True
    heard: list[tuple[float, str, str | None, dict[str, Any]]] = field(default_factory=list)

    def news(self, kind: str, call: Call | None, **facts: Any) -> None:
        self.heard.append((self.exchange.clock.now(), kind, call.id if call else None, facts))
        if kind == "agent_ringing" and call is not None and self.picks_up:
            self.exchange.answer(call)

    @property
    def kinds(self) -> list[str]:
        return [kind for _, kind, _, _ in self.heard]

    def last(self, kind: str) -> dict[str, Any]:
        return next(facts for _, heard, _, facts in reversed(self.heard) if heard == kind)


class Office:
    """Alice and Bob in browsers, Carol at a desk phone of her own; all signed in."""

    def __init__(self, seed: int = 1) -> None:
        self.clock = ManualClock()
        self.faults = Faults(self.clock, seed)
        self.exchange = Exchange(self.clock, seed, refuses=self.faults.refuses)
        self.faces: dict[str, Listener] = {}
        for extension, name, device in ((ALICE, "Alice", 1), (BOB, "Bob", 1), (CAROL, "Carol", 4)):
            self.exchange.add_agent(extension, name, device)
            self.faces[extension] = Listener(self.exchange)
            self.exchange.connect(extension, self.faces[extension])
            self.faces[extension].heard.clear()

    def call_of(self, extension: str) -> Call:
        """The one call of an agent."""
        (call,) = self.exchange.calls_of(extension)
        return call
