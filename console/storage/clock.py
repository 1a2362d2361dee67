"""The database's clock in one worker, with a grace after a pause of the worker or a clock step."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from ..domain.lease_model import LeaseTimings
from .database import Database


class Clock:
    """The database's clock decides on expiry.

    A step of this clock or a pause of this worker shows against the monotonic clock. After either,
    silence proves nothing: no client counts as silent before `grace_until`.
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
        self._set: tuple[int, int] | None = None  # both clocks at their last comparison
        self._last_read = 0
        self.grace_until = 0

    def read(self, session: Session) -> int:
        now, ticks = self._database.now(session), self._ticks()
        if self._set is None or self._paused(ticks) or self._stepped(now, ticks):
            self._set = now, ticks
            self.grace_until = now + self._waits.start_grace
        self._last_read = ticks
        return now

    def _paused(self, ticks: int) -> bool:
        return ticks - self._last_read >= self._waits.slack

    def _stepped(self, now: int, ticks: int) -> bool:
        was_now, was_ticks = self._set or (now, ticks)
        return (
            2 * abs((now - was_now) - (ticks - was_ticks)) >= self._waits.slack
        )  # it may swing both ways

    def _ticks(self) -> int:
        return int(self._monotonic() * 1000)
