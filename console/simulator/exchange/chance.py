"""Chance that a seed repeats."""

from __future__ import annotations

import random


class Chance(random.Random):
    """The same seed gives the same draws."""

    def between(self, low: float, high: float) -> float:
        """Seconds from `low` to `high`, to the millisecond."""
        return round(self.uniform(low, high), 3)
