"""The queue: customers who wait for a free agent."""

from __future__ import annotations

from .chance import Chance
from .core import Core
from .model import Call

PATIENCE = (60.0, 120.0)  # seconds that a customer waits in the queue


class CallQueue:
    """The longest idle agent is rung first; the customers' order is that of their calls."""

    def __init__(self, core: Core, chance: Chance) -> None:
        self._core, self._chance = core, chance

    @property
    def waiting(self) -> list[Call]:
        """The waiting customers' calls, first come first."""
        return [call for call in self._core.calls.all if call.state == "queued"]

    def add(self, call: Call, patience: float | None = None) -> None:
        """`patience`: seconds; without it, 60 to 120."""
        seconds = self._chance.between(*PATIENCE) if patience is None else patience
        self.limit_patience(call, self._core.timers.now() + seconds)
        self._core.events.publish("queued", call)
        self.serve()

    def limit_patience(self, call: Call, until: float) -> None:
        """The customer hangs up then, unless they are talking."""
        call.gives_up = until
        self._core.timers.start(
            call, "patience", until - self._core.timers.now(), lambda: self._give_up(call)
        )

    def _give_up(self, call: Call) -> None:
        if call.state in ("queued", "ringing"):
            self._core.calls.end(call, "missed", "remote")

    def serve(self) -> None:
        for call in self.waiting:
            free = [agent for agent in self._core.agents.values() if agent.waits_for_calls]
            if not free:
                return
            call.from_queue = True
            self._core.ringing.start(
                call, min(free, key=lambda agent: (agent.idle_since, agent.extension))
            )

    def take_back(self, call: Call, before: str) -> None:
        """Let a customer from the queue who was not answered wait for the next agent, at the head:
        they came first.
        """
        unanswered = call.cause in ("missed", "rejected") and call.ended_by != "remote"
        if not (call.from_queue and before == "ringing" and unanswered):
            return
        calls = self._core.calls.all
        again = self._core.calls.continued(call)
        calls.remove(again)
        calls.insert(calls.index(call) + 1, again)
        now = self._core.timers.now()
        self.add(again, (call.gives_up or now) - now)
