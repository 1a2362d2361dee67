"""The messages of a batch for each audience of walls: changed tiles and rows of callbacks."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from ..storage.journal import JournalEntry
from .audience import Audience
from .fragments import Fragments, RowChange, row_change
from .wall_throttle import WallBatch

log = logging.getLogger(__name__)

Changes = list[tuple[int, str]]  # the number and the HTML of each message


class WallUpdate:
    """The update of one organisation's walls at one moment.

    Each tile and row is rendered once per language for all audiences. `position`: the
    organisation's place in the journal; `one_by_one`: each change leaves under its own number.
    """

    def __init__(
        self, fragments: Fragments, batch: WallBatch, position: int, *, one_by_one: bool
    ) -> None:
        self._fragments = fragments
        self._batch = batch
        self._position = position
        self._one_by_one = one_by_one
        self._rendered: dict[tuple[int, str, RowChange | None], str] = {}
        self._failed: dict[int, JournalEntry] = {}

    @property
    def lacking(self) -> WallBatch | None:
        """The part that could not be rendered; None when nothing failed."""
        if not self._failed:
            return None
        return WallBatch(self._batch.organisation, list(self._failed.values()))

    def changes_for(self, audience: Audience) -> Changes:
        """Each number is higher than all before it; the last is the organisation's position in the
        journal.
        """
        seen = [(entry.seq, self._html(entry, audience)) for entry in self._batch.entries]
        changes = [(seq, html) for seq, html in seen if html]
        return changes if self._one_by_one else _joined(changes, self._position)

    def _html(self, entry: JournalEntry, audience: Audience) -> str:
        if entry.type != "callback":
            seen = entry.payload["agent"]["team_id"] in audience.teams
            return self._render(entry, audience.language, None) if seen else ""
        # A wall may have missed a state between: changes of one callback are joined.
        change = row_change(entry.payload, audience.callbacks, replace=True)
        return self._render(entry, audience.language, change) if change else ""

    def _render(self, entry: JournalEntry, language: str, change: RowChange | None) -> str:
        """`change`: of a callback's row; None: the entry changes a tile."""
        key = entry.seq, language, change
        if key not in self._rendered:
            self._rendered[key] = ""
            try:
                self._rendered[key] = (
                    self._fragments.change("team", entry.payload, language)
                    if change is None
                    else self._fragments.callback(entry.payload, language, change, wall=True)
                )
            except Exception:
                log.exception("a change could not be rendered for the walls")
                self._failed[entry.seq] = entry
        return self._rendered[key]


def _joined(changes: Iterable[tuple[int, str]], position: int) -> Changes:
    html = "".join(html for _, html in changes)
    return [(position, html)] if html else []
