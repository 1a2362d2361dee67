"""Rate limits by token buckets, counted in this worker."""

from __future__ import annotations

import time
from collections import OrderedDict

_MOST_NAMES = 10_000  # more than one worker's users; the least recently used name is forgotten


class RateLimit:
    """`burst` at once, then `rate` a second."""

    __slots__ = ("_burst", "_counted_at", "_left", "_rate")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._left, self._counted_at = burst, time.monotonic()

    def take(self) -> bool:
        """Counts one request; False: above the limit.

        A refused request is not counted: `rate` requests a second pass, however many come.
        """
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._counted_at) * self._rate)
        self._counted_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class RateLimits:
    """One rate limit for each name, such as a user's id."""

    def __init__(self, rate: float, burst: float) -> None:
        self._numbers = rate, burst
        self._named: OrderedDict[str, RateLimit] = OrderedDict()

    def take(self, name: str) -> bool:
        limit = self._named.setdefault(name, RateLimit(*self._numbers))
        self._named.move_to_end(name)
        if len(self._named) > _MOST_NAMES:
            self._named.popitem(last=False)
        return limit.take()
