"""The exchange as one object, with all of its requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .agent_control import AgentControl
from .call_control import CallControl
from .calls import Calls
from .chance import Chance
from .clock import Clock
from .core import Core
from .events import EventQueue, request
from .incoming import Incoming
from .model import Agent, Call
from .outgoing import Outgoing
from .queue import CallQueue
from .ringing import Ringing
from .timers import Pauses, Timers
from .transfers import Transfers


class Exchange:
    """`run`: in front of each call's id. `refuses(what, extension)` is asked before a hold, a
    device or a presence is granted.
    """

    def __init__(
        self,
        clock: Clock,
        seed: int = 1,
        *,
        run: str = "",
        refuses: Callable[[str, str], bool] = lambda what, extension: False,
    ) -> None:
        self.clock, self.seed = clock, seed
        self.agents: dict[str, Agent] = {}
        self._chance = chance = Chance(seed)
        self.events = events = EventQueue(clock, self.agents)
        timers = Timers(clock, events)
        self._calls = calls = Calls(self.agents, events, timers, chance, run)
        core = Core(self.agents, calls, events, timers, Ringing(calls, events, timers))
        self._queue = queue = CallQueue(core, chance)
        self._pauses = Pauses(clock, events, queue.serve)
        incoming = Incoming(core, queue)
        outgoing = Outgoing(core, chance)
        transfers = Transfers(core, queue)
        control = CallControl(calls, events, outgoing, transfers, refuses)
        self._agents = agents = AgentControl(self.agents, calls, events, timers, queue, refuses)
        calls.on_release.append(self._pauses.begin)
        calls.on_end += [outgoing.end_peer, transfers.end_transfer, queue.take_back]

        # The requests.
        self.customer_calls = incoming.customer_calls
        self.customer_answers = outgoing.customer_answers
        self.customer_hangs_up = control.customer_hangs_up
        self.dial, self.answer, self.reject = outgoing.dial, control.answer, control.reject
        self.hang_up, self.dtmf = control.hang_up, control.dtmf
        self.hold, self.unhold = control.hold, control.unhold
        self.transfer, self.answer_transfer = transfers.transfer, transfers.answer_transfer
        self.add_agent, self.calls_of = agents.add_agent, agents.calls_of
        self.connect, self.disconnect = agents.connect, agents.disconnect
        self.set_registered = agents.set_registered
        self.set_presence, self.set_device = agents.set_presence, agents.set_device

    @request
    def reset(self, seed: int, run: str = "") -> None:
        """Start again: calls end (their agents are notified) and are forgotten; agents stay signed
        in, as they were at first.
        """
        self._calls.reset(run)
        self._pauses.cancel_all()
        self.seed = seed
        self._chance.seed(seed)
        self._agents.restart()

    @property
    def waiting(self) -> list[Call]:
        """The calls in the queue, first come first."""
        return self._queue.waiting

    def truth(self) -> list[Call]:
        """All calls there ever were, in the order of their beginning; a customer's second try from
        the queue stands beside the first.
        """
        return list(self._calls.all)

    def call(self, id: str) -> Call | None:
        return next((call for call in reversed(self._calls.all) if call.id == id), None)

    def as_json(self) -> dict[str, Any]:
        """The whole state, as the page and the tests read it."""
        agents = [
            agent.as_json() | {"calls": [call.id for call in agent.calls]}
            for agent in self.agents.values()
        ]
        return {
            "seed": self.seed,
            "now": self.clock.now(),
            "agents": agents,
            "calls": [call.as_json() for call in self._calls.all],
        }
