"""Customers who call: an agent, or the queue."""

from __future__ import annotations

from .core import Core
from .events import request
from .model import Call
from .queue import CallQueue


class Incoming:
    def __init__(self, core: Core, queue: CallQueue) -> None:
        self._core, self._queue = core, queue
        self.events = core.events

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
        call = self._core.calls.new(number, "inbound", talk=talk)
        self.events.publish("customer_calls", call, to=extension or "queue")
        if extension is None:
            self._queue.add(call, patience)
        else:
            self._call_agent(call, extension, patience)
        return call

    def _call_agent(self, call: Call, extension: str, patience: float | None) -> None:
        if patience is not None:
            self._queue.limit_patience(call, self._core.timers.now() + patience)
        agent = self._core.agents.get(extension)
        if agent is None:
            return self._core.calls.end(call, "not_found", "system", sip_code=404)
        call.extension = extension
        if not agent.reachable:
            self._core.calls.end(call, "unreachable", "system", sip_code=480)
        elif agent.free_line is None:
            self._core.calls.end(call, "busy", "system", sip_code=486)
        else:
            self._core.ringing.start(call, agent)
        return None
