"""Deletes what is older than the settings say: once a day, on one worker, some rows at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import gevent

from ..config import Settings
from ..storage.accounts import DAY, HOUR, Accounts
from ..storage.database import Database
from ..storage.one_by_one import one_by_one
from ..storage.retention import KINDS, Key, Kind, batches

log = logging.getLogger(__name__)

_NIGHT = 19 * HOUR  # UTC: two o'clock in Vietnam
# rows in one transaction: every other writer waits for it, and with SQLite the event loop
_AT_ONCE = 50
_PAUSE = 0.02  # seconds between two transactions, for the others


class Retention:
    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        settings: Settings,
        pause: Callable[[], None] = lambda: gevent.sleep(_PAUSE),
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._kept = {name: round(getattr(settings, f"keep_{name}_days") * DAY) for name in KINDS}
        self._pause = pause
        self._day = 0

    def delete_daily(self) -> None:
        """Does the day's work, unless a worker has done it already."""
        with self._database.read() as session:
            day = (self._database.now(session) - _NIGHT) // DAY
        if day == self._day:
            return
        mine = self._accounts.use_token(f"housekeeping {day}", 2 * DAY)
        self._day = day  # not earlier: while the database is away, the day is asked for again
        if mine:
            self.delete_old()

    def delete_old(self) -> None:
        one_by_one([(name,) for name, kept in self._kept.items() if kept], self._delete_kind, log)

    def _delete_kind(self, one: tuple[str]) -> None:
        (name,) = one
        with self._database.read() as session:
            before = self._database.now(session) - self._kept[name]
        removed, last = 0, None
        while (found := self._delete_some(KINDS[name], before)) and found != last:
            removed, last = removed + len(found), found
        if removed:
            log.info("housekeeping: %s rows of kind %s were too old", removed, name)

    def _delete_some(self, kind: Kind, before: int) -> Sequence[Key]:
        keys = self._database.long_read(lambda session: kind.find(session, before))
        for some in batches(keys, _AT_ONCE):
            with self._database.write() as session:
                kind.remove(session, some, before)
            self._pause()
        return keys
