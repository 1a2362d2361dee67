"""Timers of calls, and the pause of an agent after each call."""

from __future__ import annotations

from collections.abc import Callable

from .clock import Clock, Handle
from .events import EventQueue
from .model import Agent, Call

PAUSE_SECONDS = 1.0  # between an agent's call and the next one from the queue


class Timers:
    """Each call's timers, by name."""

    def __init__(self, clock: Clock, events: EventQueue) -> None:
        self._clock, self._events = clock, events
        self._handles: dict[Call, dict[str, Handle]] = {}

    def now(self) -> float:
        return self._clock.now()

    def start(self, call: Call, name: str, seconds: float, action: Callable[[], object]) -> None:
        """Start a call's timer; it replaces the running one of that name."""
        self.cancel(call, name)
        handle = self._clock.call_later(seconds, lambda: self._run(action))
        self._handles.setdefault(call, {})[name] = handle

    def _run(self, action: Callable[[], object]) -> None:
        with self._events.batch():
            action()

    def has(self, call: Call, name: str) -> bool:
        return name in self._handles.get(call, {})

    def cancel(self, call: Call, *names: str) -> None:
        for name in names:
            handle = self._handles.get(call, {}).pop(name, None)
            if handle is not None:
                handle.cancel()

    def cancel_all(self, call: Call) -> None:
        for handle in self._handles.pop(call, {}).values():
            handle.cancel()


class Pauses:
    """The moment after a call in which the queue does not ring that agent."""

    def __init__(self, clock: Clock, events: EventQueue, on_over: Callable[[], object]) -> None:
        self._clock, self._events, self._on_over = clock, events, on_over
        self._handles: dict[str, Handle] = {}

    def begin(self, agent: Agent) -> None:
        agent.idle_since, agent.resting = self._clock.now(), True
        if agent.extension in self._handles:
            self._handles[agent.extension].cancel()
        self._handles[agent.extension] = self._clock.call_later(
            PAUSE_SECONDS, lambda: self._end(agent)
        )

    def _end(self, agent: Agent) -> None:
        with self._events.batch():
            agent.resting = False
            self._on_over()

    def cancel_all(self) -> None:
        for handle in self._handles.values():
            handle.cancel()
