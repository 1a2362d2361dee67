"""The messages of a batch for each audience of walls: the changed tiles and the missed calls."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from ..storage import missed_calls
from ..storage.database import Database
from ..storage.journal import JournalEntry
from .audience import Audience
from .fragments import Fragments
from .shown_missed_calls import ShownMissedCalls
from .wall_throttle import WallBatch

log = logging.getLogger(__name__)

Changes = list[tuple[int, str]]  # the number and the HTML of each message


class WallUpdate:
    """The update of one organisation's walls at one moment.

    Each tile is rendered once per language for all audiences. `position`: the organisation's place
    in the journal; `one_by_one`: each change leaves under its own number.
    """

    def __init__(
        self,
        database: Database,
        fragments: Fragments,
        shown: ShownMissedCalls,
        batch: WallBatch,
        position: int,
        *,
        one_by_one: bool,
    ) -> None:
        self._fragments = fragments
        self._shown = shown
        self._batch = batch
        self._position = position
        self._one_by_one = one_by_one
        self._tiles: dict[tuple[int, str], str] = {}
        self._failed: dict[int, JournalEntry] = {}
        self._waiting = _read_waiting(database, batch.organisation) if batch.missed_calls else None

    @property
    def lacking(self) -> WallBatch | None:
        """The part that could not be rendered or read; None when nothing failed."""
        no_list = self._batch.missed_calls and self._waiting is None
        if not self._failed and not no_list:
            return None
        return WallBatch(self._batch.organisation, list(self._failed.values()), no_list)

    @property
    def numbers(self) -> set[str] | None:
        """The numbers in the list of missed calls; None when it was not read."""
        return None if self._waiting is None else {one.number for one in self._waiting.missed}

    def changes_for(self, audience: Audience) -> Changes:
        """Each number is higher than all before it; the last is the organisation's position in the
        journal.
        """
        seen = [
            entry
            for entry in self._batch.entries
            if entry.payload["agent"]["team_id"] in audience.teams
        ]
        tiles = [(entry.seq, self._tile(entry, audience.language)) for entry in seen]
        changes = tiles if self._one_by_one else _joined(tiles, self._position)
        html = self._list(audience)
        if html and changes and changes[-1][0] == self._position:
            changes[-1] = (self._position, changes[-1][1] + html)
        elif html:
            changes.append((self._position, html))
        return [(seq, text) for seq, text in changes if text]

    def _tile(self, entry: JournalEntry, language: str) -> str:
        key = entry.seq, language
        if key not in self._tiles:
            self._tiles[key] = ""
            try:
                self._tiles[key] = self._fragments.change("team", entry.payload, language)
            except Exception:
                log.exception("a tile could not be rendered")
                self._failed[entry.seq] = entry
        return self._tiles[key]

    def _list(self, audience: Audience) -> str:
        """The list of missed calls, unless the whole audience shows it already."""
        if self._waiting is None:
            return ""
        missed = missed_calls.of_teams(self._waiting, audience.teams)
        html = ""
        if not self._shown.is_shown(audience, missed):
            html = self._fragments.unanswered(missed, audience.language)
        self._shown.sent(audience, missed, self._position)
        return html


def _read_waiting(database: Database, organisation: str) -> missed_calls.MissedCalls | None:
    """The calls that wait for an answer. A database that does not answer delays no tile; it is
    read again later.
    """
    try:
        with database.read() as session:
            return missed_calls.of_organisation(session, organisation, database.now(session))
    except Exception:
        log.exception("the missed calls could not be read")
        return None


def _joined(tiles: Iterable[tuple[int, str]], position: int) -> Changes:
    html = "".join(html for _, html in tiles)
    return [(position, html)] if html else []
