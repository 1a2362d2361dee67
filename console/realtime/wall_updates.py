"""What each audience of walls is told of what was gathered: the tiles that changed, and the calls
that nobody has answered.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Protocol

from ..storage import missed_calls
from ..storage.database import Database
from ..storage.journal import JournalEntry
from .fragments import Fragments
from .wall_throttle import Gathered

log = logging.getLogger(__name__)

News = list[tuple[int, str]]  # the number and the HTML of each message


class Audience(Protocol):
    """Walls that show the same teams in the same language.

    `listed`: the list that all of them show; none: not known.
    """

    language: str
    teams: frozenset[str]
    listed: list[missed_calls.MissedCallView] | None

    def all_later_than(self, seq: int) -> bool:
        """Whether each of them was welcomed, with a snapshot older than this change, so that it
        shows the change.
        """


class WallNews:
    """Of one organisation at one moment.

    Each tile is rendered once per language, whoever looks at it.
    """

    def __init__(
        self,
        database: Database,
        fragments: Fragments,
        gathered: Gathered,
        position: int,
        *,
        one_by_one: bool,
    ) -> None:
        self._fragments = fragments
        self._gathered = gathered
        self._position = position
        self._one_by_one = one_by_one
        self._tiles: dict[tuple[int, str], str] = {}
        self._failed: dict[int, JournalEntry] = {}
        self._waiting = _waiting(database, gathered.organisation) if gathered.calls else None

    @property
    def lacking(self) -> Gathered | None:
        """The error of the last rendering or reading, if there was one."""
        no_list = self._gathered.calls and self._waiting is None
        if not self._failed and not no_list:
            return None
        return Gathered(self._gathered.organisation, list(self._failed.values()), no_list)

    def waiting_numbers(self, audiences: Iterable[Audience]) -> frozenset[str] | None:
        """Of the list that was looked up, once it is known that all of them show it."""
        if self._waiting is None or any(audience.listed is None for audience in audiences):
            return None
        return frozenset(missed.number for missed in self._waiting.missed)

    def of(self, audience: Audience) -> News:
        """Numbered so that each is higher than all before it: the last by the organisation's
        position in the journal.
        """
        seen = [
            line
            for line in self._gathered.lines
            if line.payload["agent"]["team_id"] in audience.teams
        ]
        tiles = [(line.seq, self._tile(line, audience.language)) for line in seen]
        news = tiles if self._one_by_one else _joined(tiles, self._position)
        html = self._list(audience)
        if html and news and news[-1][0] == self._position:
            news[-1] = (self._position, news[-1][1] + html)
        elif html:
            news.append((self._position, html))
        return [(seq, text) for seq, text in news if text]

    def _tile(self, line: JournalEntry, language: str) -> str:
        key = line.seq, language
        if key not in self._tiles:
            self._tiles[key] = ""
            try:
                self._tiles[key] = self._fragments.change("team", line.payload, language)
            except Exception:
                log.exception("a tile could not be rendered")
                self._failed[line.seq] = line
        return self._tiles[key]

    def _list(self, audience: Audience) -> str:
        """The list, unless all who listen show it already."""
        if self._waiting is None:
            return ""
        before, now = audience.listed, missed_calls.of_teams(self._waiting, audience.teams)
        html = "" if now == before else self._fragments.unanswered(now, audience.language)
        audience.listed = now if audience.all_later_than(self._position) else None
        return html


def _waiting(database: Database, organisation: str) -> missed_calls.MissedCalls | None:
    """A database that does not answer keeps no tile back; it is asked again."""
    try:
        with database.read() as session:
            return missed_calls.of_organisation(session, organisation, database.now(session))
    except Exception:
        log.exception("the unanswered calls could not be read")
        return None


def _joined(tiles: Iterable[tuple[int, str]], position: int) -> News:
    html = "".join(html for _, html in tiles)
    return [(position, html)] if html else []
