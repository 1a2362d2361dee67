"""Passes the journal entries of each organisation on, once each and in the order of the journal."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

import gevent
from gevent.queue import Empty, SimpleQueue

from ..storage import journal
from ..storage.database import Database
from ..storage.journal import JournalEntry

log = logging.getLogger(__name__)

_TOGETHER = 64  # entries that may leave in one write
_TRIES = 4  # attempts to pass one entry on; then its listeners come back to a snapshot
_PAUSE = 0.1  # seconds before the second try; twice as long each time
_JOURNAL_AWAY = 1.0  # seconds between two attempts to read the journal


class Undelivered(Exception):
    """An entry that could not be passed on."""

    def __init__(self, entry: JournalEntry) -> None:
        super().__init__(f"entry {entry.seq} of {entry.organisation}")
        self.entry = entry


class EntryRelay:
    """`deliver` gets each entry; `give_up` an entry that failed for good; `lost` an organisation
    whose next entries are not kept any more.
    """

    def __init__(
        self,
        database: Database,
        deliver: Callable[[JournalEntry], None],
        give_up: Callable[[JournalEntry], None],
        lost: Callable[[str], None],
    ) -> None:
        self._database = database
        self._deliver_to = deliver
        self._give_up = give_up
        self._lost = lost
        self.positions: dict[str, int] = {}  # organisation → the last entry that was passed on
        self._queue: SimpleQueue[JournalEntry | str] = SimpleQueue()
        self._paused: set[str] = set()  # organisations whose next entry is tried again later
        self._failures: dict[str, int] = {}  # organisation → how often its next entry has failed

    def follow(self, organisation: str) -> None:
        """Passes on what the organisation's journal gets from now on."""
        if organisation not in self.positions:
            with self._database.read() as session:
                position = journal.position(session, organisation)
            self.positions.setdefault(organisation, position)

    def unfollow(self, organisation: str) -> None:
        self.positions.pop(organisation, None)

    def take(self, entries: Iterable[JournalEntry]) -> None:
        """Takes committed entries, from this worker or another, in any order and repeatedly."""
        for entry in entries:
            self._queue.put(entry)

    def catch_up(self) -> None:
        """Reads the journal for entries that were not announced here (after a loss of the
        backplane).
        """
        for organisation in list(self.positions):
            self._queue.put(organisation)

    def pass_on_pending(self, timeout: float | None) -> None:
        """Waits up to `timeout` seconds for an entry, then passes on what is pending.

        No more than `_TOGETHER`: reading the journal may wait, and new entries must not keep old
        ones here.
        """
        try:
            self.pass_on(self._queue.get(timeout=timeout))
        except Empty:
            return
        for _ in range(_TOGETHER):
            if self._queue.empty():
                return
            self.pass_on(self._queue.get())

    def pass_on(self, entry: JournalEntry | str) -> None:
        """Passes on an entry and what is missing before it, or what an organisation's journal
        holds.
        """
        organisation = entry if isinstance(entry, str) else entry.organisation
        if organisation in self._paused:
            return  # it is read from the journal when the pause ends
        try:
            self._pass_on(organisation, entry)
        except Undelivered as failed:
            log.exception("a change could not be passed on")
            self._try_again(failed.entry)
        except Exception:
            log.exception("the journal could not be read")
            self._pause(organisation, _JOURNAL_AWAY)

    def _try_again(self, entry: JournalEntry) -> None:
        """Entries stay in order; an entry that always fails is given up and does not block the
        later ones.
        """
        tries = self._failures[entry.organisation] = self._failures.get(entry.organisation, 0) + 1
        if tries >= _TRIES:
            log.error("entry %s of %s is given up", entry.seq, entry.organisation)
            self._give_up(entry)
            self._advance(entry)
        self._pause(entry.organisation, _PAUSE * 2 ** (tries - 1))

    def _pause(self, organisation: str, seconds: float) -> None:
        self._paused.add(organisation)
        gevent.spawn_later(seconds, self._resume, organisation)

    def _resume(self, organisation: str) -> None:
        self._paused.discard(organisation)
        self._queue.put(organisation)

    def _pass_on(self, organisation: str, entry: JournalEntry | str) -> None:
        position = self.positions.get(organisation)
        if position is None:
            return  # nobody of this organisation listens here
        if isinstance(entry, JournalEntry) and entry.seq <= position + 1:
            if entry.seq > position:
                self._deliver(entry)
            return
        while missing := self._missing(organisation):
            if missing[0].seq > self.positions[organisation] + 1:
                self._lost(organisation)  # the entries between are not kept any more
                return
            for one in missing:
                self._deliver(one)

    def _missing(self, organisation: str) -> list[JournalEntry]:
        position = self.positions.get(organisation)
        if position is None:
            return []
        with self._database.read() as session:
            return journal.after(session, organisation, position)

    def _deliver(self, entry: JournalEntry) -> None:
        try:
            self._deliver_to(entry)
        except Exception as error:
            raise Undelivered(entry) from error
        self._advance(entry)

    def _advance(self, entry: JournalEntry) -> None:
        self._failures.pop(entry.organisation, None)
        # All listeners may have left meanwhile.
        if self.positions.get(entry.organisation) == entry.seq - 1:
            self.positions[entry.organisation] = entry.seq
