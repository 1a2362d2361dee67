"""Customers who call: an agent, or the queue."""

from __future__ import annotations

from collections.abc import Mapping

from .calls import Calls
from .events import EventQueue, request
from .model import Agent, Call
from .queue import CallQueue
from .ringing import Ringing
from .timers import Timers


class Incoming:
    def __init__(
        self,
        agents: Mapping[str, Agent],
        calls: Calls,
        events: EventQueue,
        timers: Timers,
        ringing: Ringing,
        queue: CallQueue,
    ) -> None:
        self._agents, self._calls, self.events = agents, calls, events
        self._timers, self._ringing, self._queue = timers, ringing, queue

    @request
    def customer_calls(
        self,
        number: str,
        extension: str | None = None,
        *,
        talk: float | None = None,
        patience: float | None = None,
    ) -> Call:
        """A customer calls an agent, or the queue.

        `talk`: seconds after which the customer hangs up; without it they stay. `patience`: seconds
        for which they wait. The agent's phone rings at once, or the call has ended already:
        `unreachable` (480), `busy` (486). In the queue a call waits for a free agent who is signed
        in, the longest idle first.
        """
        call = self._calls.new(number, "inbound", talk=talk)
        self.events.publish("customer_calls", call, to=extension or "queue")
        if extension is None:
            self._queue.add(call, patience)
        else:
            self._call_agent(call, extension, patience)
        return call

    def _call_agent(self, call: Call, extension: str, patience: float | None) -> None:
        if patience is not None:
            self._queue.limit_patience(call, self._timers.now() + patience)
        agent = self._agents.get(extension)
        if agent is None:
            return self._calls.end(call, "not_found", "system", sip_code=404)
        call.extension = extension
        if not agent.reachable:
            self._calls.end(call, "unreachable", "system", sip_code=480)
        elif agent.free_line is None:
            self._calls.end(call, "busy", "system", sip_code=486)
        else:
            self._ringing.start(call, agent)
        return None
