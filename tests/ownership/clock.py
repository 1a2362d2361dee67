"""The time of the lease's tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Time:
    """The true time in ms, and a database clock that may be wrong."""

    true: int = 1_700_000_000_000
    database_ahead: int = 0

    @property
    def database(self) -> int:
        return self.true + self.database_ahead

    def monotonic(self) -> float:
        return self.true / 1000
