"""The exchange's events: delivered in order, after the request that caused them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from .clock import Clock
from .model import Agent, Call, CloudAdapter, Event


class EventQueue:
    """Notifies each agent's cloud, and then the watchers, which get all events.

    Delivery waits for the end of the request, so that nobody sees, or changes, half of it. Events
    of a request that an adapter makes meanwhile are delivered afterwards, in their turn.
    """

    def __init__(self, clock: Clock, agents: Mapping[str, Agent]) -> None:
        self._clock, self._agents = clock, agents
        self.watchers: list[Callable[[Event], object]] = []
        self._pending: deque[tuple[CloudAdapter | None, Event, Call | None]] = deque()
        self._depth = 0
        self._delivering = False

    def publish(
        self,
        kind: str,
        call: Call | None,
        agent: Agent | None = None,
        *,
        only_log: bool = False,
        **facts: Any,
    ) -> None:
        """`agent`: the notified one, unless it is the call's own. `only_log`: no agent is."""
        if agent is None and call is not None and call.extension is not None:
            agent = self._agents[call.extension]
        event = Event(
            self._clock.now(),
            kind,
            agent.extension if agent else None,
            call.number if call else None,
            facts,
        )
        self._pending.append((agent.adapter if agent and not only_log else None, event, call))

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Hold events back until the outermost batch ends."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            self._deliver()

    def _deliver(self) -> None:
        if self._depth or self._delivering:
            return
        self._delivering = True
        try:
            while self._pending:
                adapter, event, call = self._pending.popleft()
                if adapter is not None:
                    adapter.on_event(event.kind, call, **event.facts)
                for watcher in tuple(self.watchers):
                    watcher(event)
        finally:
            self._delivering = False


class HasEvents(Protocol):
    @property
    def events(self) -> EventQueue: ...


P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound=HasEvents)


def request(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """A request from outside: its events are delivered once it is done."""

    @wraps(method)
    def wrapped(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.events.batch():
            return method(self, *args, **kwargs)

    return wrapped
