"""The history as a CSV file for spreadsheets, written while it is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from flask import get_template_attribute, stream_with_context
from flask_babel import gettext as _

from ..domain.spreadsheet_cells import safe_cell
from ..storage.agents import CallView
from ..storage.calls import Cursor

Read = Callable[[Cursor | None, int], list[CallView]]  # calls after a place, newest first

_AT_ONCE = 1_000  # calls in memory
_BOM = "\ufeff"  # without it, Excel takes UTF-8 for another encoding


def duration(call: CallView) -> str:
    """Hours, minutes and seconds; empty for a call that was never answered."""
    if call["answered"] is None or call["ended"] is None:
        return ""
    seconds = max(0, call["ended"] - call["answered"]) // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


@dataclass(slots=True)
class Columns:
    """The columns of the file in one reader's language and time zone."""

    zone: ZoneInfo
    agents: Mapping[str, str]
    direction: Callable[[str], str]
    result: Callable[[CallView], str]
    _words: dict[tuple[Any, ...], str] = field(default_factory=dict)

    @classmethod
    def of_request(cls, zone: ZoneInfo, agents: Mapping[str, str]) -> Columns:
        """Call within a request: the reader's language decides the words."""
        words = [
            get_template_attribute("_words.html", name)
            for name in ("direction_word", "outcome_word")
        ]
        return cls(zone, agents, *words)

    def head(self) -> list[str]:
        return [
            *(_("Time"), _("Direction"), _("Number"), _("Name"), _("Agent"), _("Result")),
            *(_("Duration"), _("Hotline"), _("Phone system"), _("Outcome"), _("Note")),
        ]

    def row(self, call: CallView) -> list[str]:
        local = datetime.fromtimestamp(call["started"] / 1000, self.zone)
        return [
            local.strftime("%Y-%m-%d %H:%M:%S"),
            self._word(call["direction"], lambda: self.direction(call["direction"])),
            call["shown"] or call["number"],
            call["name"],
            self.agents.get(call["agent"], ""),
            self._result(call),
            duration(call),
            call["hotline"],
            call["connection"],
            call["outcome"],
            call["note"],
        ]

    def _result(self, call: CallView) -> str:
        if call["ended"] is None:
            return str(_("In progress"))
        key = (call["missed"], call["cause"], call["outgoing"], call["ended_by"])
        return self._word(key, lambda: self.result(call))

    def _word(self, key: Any, render: Callable[[], str]) -> str:
        if key not in self._words:
            self._words[key] = unescape(str(render())).strip()
        return self._words[key]


def csv_lines(read: Read, columns: Columns) -> Iterator[str]:
    """The file in pieces. Each piece is read after the one before it has been sent."""

    def pieces() -> Iterator[str]:
        yield _BOM + _lines([columns.head()])
        before: Cursor | None = None
        while calls := read(before, _AT_ONCE):
            yield _lines([columns.row(call) for call in calls])
            if len(calls) < _AT_ONCE:
                return
            before = calls[-1]["started"], calls[-1]["id"]

    return stream_with_context(pieces())


def _lines(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([map(safe_cell, row) for row in rows])
    return out.getvalue()
