"""Calls that ring at an agent."""

from __future__ import annotations

from typing import Any

from .calls import Calls
from .enums import NO_ANSWER, ONLINE
from .events import EventQueue
from .model import Agent, Call
from .timers import Timers

RING_SECONDS = 20.0  # an agent who does not answer misses the call


class Ringing:
    """An agent who misses a call is no longer online."""

    def __init__(self, calls: Calls, events: EventQueue, timers: Timers) -> None:
        self._calls, self._events, self._timers = calls, events, timers

    def start(self, call: Call, agent: Agent, **facts: Any) -> None:
        self._calls.attach(call, agent, "ringing")
        call.rang = self._timers.now()
        self._timers.start(call, "ring", RING_SECONDS, lambda: self._miss(call, agent))
        self._events.publish("ringing", call, **facts)

    def _miss(self, call: Call, agent: Agent) -> None:
        self._calls.end(call, "missed", "system")
        if agent.presence == ONLINE and agent.connected and agent.leaves_when_missed:
            agent.presence = NO_ANSWER
            self._events.publish("presence", None, agent, value=NO_ANSWER)
