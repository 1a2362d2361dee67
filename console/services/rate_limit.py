"""A rate limit: a number of requests at once and a speed at which it refills, counted in this
worker.
"""

from __future__ import annotations

import time
from collections import OrderedDict

_MOST_NAMES = (
    10_000  # more than one worker's users: the name that was quiet for longest is forgotten
)


class Allowance:
    """`burst` at once, then `rate` a second."""

    __slots__ = ("_burst", "_counted_at", "_left", "_rate")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._left, self._counted_at = burst, time.monotonic()

    def take(self) -> bool:
        """Counts one more; false: it is too much.

        A refusal costs nothing: `rate` a second pass, however many ask.
        """
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._counted_at) * self._rate)
        self._counted_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Allowances:
    """One allowance for each name, such as a user's id."""

    def __init__(self, rate: float, burst: float) -> None:
        self._numbers = rate, burst
        self._named: OrderedDict[str, Allowance] = OrderedDict()

    def take(self, name: str) -> bool:
        allowance = self._named.setdefault(name, Allowance(*self._numbers))
        self._named.move_to_end(name)
        if len(self._named) > _MOST_NAMES:
            self._named.popitem(last=False)
        return allowance.take()
