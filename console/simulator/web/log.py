"""The simulator's log, which the page shows and the tests read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ..exchange.clock import Clock
from ..exchange.model import Event

LENGTH = 300


class LogEntry(NamedTuple):
    """An event of the exchange, a fault, or an action of the page."""

    number: int
    at: float
    kind: str
    extension: str | None
    far: str | None
    facts: Mapping[str, Any]


class Log:
    """`watchers` are called after every change. `version`: the number of the next entry."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.entries: deque[LogEntry] = deque(maxlen=LENGTH)
        self.watchers: list[Callable[[], object]] = []
        self.version = 0

    def add(
        self,
        kind: str,
        extension: str | None = None,
        far: str | None = None,
        facts: Mapping[str, Any] = {},
    ) -> None:
        self.entries.append(LogEntry(self.version, self._clock.now(), kind, extension, far, facts))
        self.version += 1
        for watcher in tuple(self.watchers):
            watcher()

    def add_event(self, event: Event) -> None:
        facts = {
            name: value
            for name, value in event.facts.items()
            if isinstance(value, str | int | float | None)
        }
        self.add(event.kind, event.extension, event.far, facts)

    def add_fault(self, kind: str, name: str) -> None:
        self.add(f"fault_{kind}", name)
