"""The exchange's time: the real one, and one that only a test moves."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from itertools import count
from typing import Protocol


class Handle(Protocol):
    """A planned action. Cancelling twice, or too late, does nothing."""

    def cancel(self) -> None: ...


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since 1970 (or since the test began)."""

    def call_later(self, seconds: float, action: Callable[[], object]) -> Handle:
        """Actions due at the same moment run in the order in which they were planned."""


class _Planned:
    """An action on a ManualClock."""

    def __init__(self, action: Callable[[], object]) -> None:
        self.action: Callable[[], object] | None = action

    def cancel(self) -> None:
        self.action = None


class ManualClock:
    """Stands still until `advance` is called; then all due actions run in order, each at its own
    time.
    """

    def __init__(self, start: float = 0.0) -> None:
        self._now = start
        self._numbers = count()
        self._planned: list[tuple[float, int, _Planned]] = []

    def now(self) -> float:
        return self._now

    def call_later(self, seconds: float, action: Callable[[], object]) -> Handle:
        planned = _Planned(action)
        heapq.heappush(self._planned, (self._now + max(seconds, 0.0), next(self._numbers), planned))
        return planned

    def advance(self, seconds: float) -> None:
        until = self._now + seconds
        while self._planned and self._planned[0][0] <= until:
            self._now, _, planned = heapq.heappop(self._planned)
            if planned.action is not None:
                planned.action()
        self._now = until

    @property
    def idle(self) -> bool:
        """Whether nothing is planned any more."""
        return all(planned.action is None for _, _, planned in self._planned)


class _Spawned:
    """An action on the RealClock: a greenlet that sleeps until its time."""

    def __init__(self, seconds: float, action: Callable[[], object]) -> None:
        import gevent

        self.greenlet = gevent.spawn_later(seconds, self._run, action)
        self.started = False

    def _run(self, action: Callable[[], object]) -> None:
        self.started = True
        action()

    def cancel(self) -> None:
        # A running action may cancel its own timer (a call that ends by its timeout): it must not
        # kill itself.
        if not self.started:
            self.greenlet.kill(block=False)


class RealClock:
    """Time as it passes, with a greenlet for each planned action."""

    def now(self) -> float:
        return time.time()

    def call_later(self, seconds: float, action: Callable[[], object]) -> Handle:
        return _Spawned(max(seconds, 0.0), action)
