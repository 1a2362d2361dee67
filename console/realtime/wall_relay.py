"""Tells the walls what was gathered; what could not be rendered or read is tried again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from ..storage.database import Database
from ..storage.journal import JournalEntry
from .fragments import Fragments
from .members import Group, Member
from .wall_throttle import Gathered, Gathering
from .wall_updates import News, WallNews

log = logging.getLogger(__name__)

_TRIES = 4
_PAUSE = 0.5  # seconds before the second of them; twice as long each time


class _Owed(NamedTuple):
    """Tiles and lists that walls lack, and when they are tried again."""

    gathered: Gathered
    tries: int
    due_at: float


class WallRelay:
    """`hang_up`: these members come back to a snapshot."""

    def __init__(
        self,
        database: Database,
        fragments: Fragments,
        gathering: Gathering,
        hang_up: Callable[[Iterable[Member]], None],
    ) -> None:
        self._database = database
        self._fragments = fragments
        self._gathering = gathering
        self._hang_up = hang_up
        self._owed: dict[str, _Owed] = {}

    def take(self, line: JournalEntry) -> None:
        self._gathering.take(line)

    def forget(self, organisation: str) -> None:
        """No wall of the organisation listens any more."""
        self._gathering.listed(organisation, None)
        self._owed.pop(organisation, None)

    def wait(self) -> float | None:
        """Seconds until something is told; None when nothing waits."""
        now = time.monotonic()
        waits = [max(0.0, owed.due_at - now) for owed in self._owed.values()]
        gathered = self._gathering.wait()
        return min(waits if gathered is None else [*waits, gathered], default=None)

    def tell(self, positions: Mapping[str, int], walls: Mapping[str, set[Group]]) -> set[Group]:
        """Renders what is due now for its walls: the groups that have something to send."""
        dirty: set[Group] = set()
        for gathered, tries in list(self._due()):
            position = positions.get(gathered.organisation)
            groups = walls.get(gathered.organisation)
            if position is not None and groups:
                dirty |= self._tell(gathered, tries, position, list(groups))
        return dirty

    def _due(self) -> Iterator[tuple[Gathered, int]]:
        """What was gathered, with what its walls lack, and how often that has failed."""
        for gathered in self._gathering.due():
            owed = self._owed.pop(gathered.organisation, None)
            yield (_joined(owed.gathered, gathered), owed.tries) if owed else (gathered, 0)
        now = time.monotonic()
        for organisation, owed in list(self._owed.items()):
            if owed.due_at <= now:
                del self._owed[organisation]
                yield owed.gathered, owed.tries

    def _tell(
        self,
        gathered: Gathered,
        tries: int,
        position: int,
        groups: list[Group],
    ) -> set[Group]:
        single = not self._gathering.window and not tries  # what is late has no number of its own
        database, fragments = self._database, self._fragments
        try:
            news = WallNews(database, fragments, gathered, position, one_by_one=single)
        except Exception:
            log.exception("what was gathered for the walls of an organisation could not be told")
            for group in groups:
                group.listed = None  # what it shows is not known
            self._owe(gathered, tries, groups)
            return set()
        told = [(group, self._of(news, group)) for group in groups]
        if gathered.calls:
            self._gathering.listed(gathered.organisation, news.waiting_numbers(groups))
        if news.lacking:
            self._owe(news.lacking, tries, groups)
        return {group for group, changes in told if changes and self._send(group, changes)}

    def _of(self, news: WallNews, group: Group) -> News:
        """Walls that cannot be told come back to a snapshot; the others are told."""
        try:
            return news.of(group)
        except Exception:
            log.exception("some walls of an organisation could not be told")
            group.listed = None  # what they show is not known
            self._hang_up(group.members)
            return []

    def _send(self, group: Group, changes: list[tuple[int, str]]) -> bool:
        """A browser takes higher numbers only: without one, its walls come back to a snapshot."""
        if changes[0][0] <= group.told:
            self._hang_up(group.members)
            return False
        group.told = changes[-1][0]
        group.add_changes(changes)
        return True

    def _owe(self, gathered: Gathered, tries: int, groups: list[Group]) -> None:
        if tries + 1 < _TRIES:
            due_at = time.monotonic() + _PAUSE * 2**tries
            self._owed[gathered.organisation] = _Owed(gathered, tries + 1, due_at)
            return
        log.error("the walls of %s come back to a snapshot", gathered.organisation)
        for group in groups:
            self._hang_up(group.members)


def _joined(late: Gathered, fresh: Gathered) -> Gathered:
    """Of one agent only the last state is told."""
    newer = {line.payload["agent"]["id"] for line in fresh.lines}
    lines = [line for line in late.lines if line.payload["agent"]["id"] not in newer]
    return Gathered(fresh.organisation, [*lines, *fresh.lines], late.calls or fresh.calls)
