"""Time, as the exchange sees it: the real one, and one that only a test moves."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from itertools import count
from typing import Protocol


class Handle(Protocol):
    """Something that will happen, until it is cancelled.

    Cancelling twice, or too late, does nothing.
    """

    def cancel(self) -> None: ...


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since 1970 (or since the test began)."""

    def call_later(self, seconds: float, what: Callable[[], object]) -> Handle:
        """Things due at the same moment happen in the order they were asked for."""


class _Planned:
    """One thing on a ManualClock."""

    def __init__(self, what: Callable[[], object]) -> None:
        self.what: Callable[[], object] | None = what

    def cancel(self) -> None:
        self.what = None


class ManualClock:
    """Stands still until `advance` is called; then everything due happens in order, each at its own
    time.
    """

    def __init__(self, start: float = 0.0) -> None:
        self._now = start
        self._numbers = count()
        self._planned: list[tuple[float, int, _Planned]] = []

    def now(self) -> float:
        return self._now

    def call_later(self, seconds: float, what: Callable[[], object]) -> Handle:
        planned = _Planned(what)
        heapq.heappush(self._planned, (self._now + max(seconds, 0.0), next(self._numbers), planned))
        return planned

    def advance(self, seconds: float) -> None:
        until = self._now + seconds
        while self._planned and self._planned[0][0] <= until:
            self._now, _, planned = heapq.heappop(self._planned)
            if planned.what is not None:
                planned.what()
        self._now = until

    @property
    def idle(self) -> bool:
        """Nothing is planned any more."""
        return all(planned.what is None for _, _, planned in self._planned)


class _Spawned:
    """One thing on the RealClock: a greenlet that sleeps until its time."""

    def __init__(self, seconds: float, what: Callable[[], object]) -> None:
        import gevent

        self.greenlet = gevent.spawn_later(seconds, self._run, what)
        self.started = False

    def _run(self, what: Callable[[], object]) -> None:
        self.started = True
        what()

    def cancel(self) -> None:
        # What has begun may cancel its own timer (a call that ends by its timeout): it must not
        # kill itself.
        if not self.started:
            self.greenlet.kill(block=False)


class RealClock:
    """Time as it passes, with a greenlet for each thing to come."""

    def now(self) -> float:
        return time.time()

    def call_later(self, seconds: float, what: Callable[[], object]) -> Handle:
        return _Spawned(max(seconds, 0.0), what)
