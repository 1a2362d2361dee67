"""The database's clock as this worker sees it, and whether this worker has been listening all the
time.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from ..domain.lease_model import LeaseTimings
from .database import Database


class Clock:
    """Expiry is judged by the database's clock.

    Its steps and our own absences show against the monotonic clock: after either, silence proves
    nothing, and for the grace nobody counts as silent.
    """

    def __init__(
        self,
        database: Database,
        timings: LeaseTimings,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._waits = timings
        self._monotonic = monotonic
        self._set: tuple[int, int] | None = (
            None  # both clocks when they were last set against each other
        )
        self._looked = 0
        self.grace_until = 0

    def read(self, session: Session) -> int:
        now, ticks = self._database.now(session), self._ticks()
        if self._set is None or self._absent(ticks) or self._stepped(now, ticks):
            self._set = now, ticks
            self.grace_until = now + self._waits.start_grace
        self._looked = ticks
        return now

    def _absent(self, ticks: int) -> bool:
        return ticks - self._looked >= self._waits.slack

    def _stepped(self, now: int, ticks: int) -> bool:
        was_now, was_ticks = self._set or (now, ticks)
        return (
            2 * abs((now - was_now) - (ticks - was_ticks)) >= self._waits.slack
        )  # it may swing both ways

    def _ticks(self) -> int:
        return int(self._monotonic() * 1000)
