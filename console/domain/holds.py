"""The holds of a call, computed from its marks.

Each side holds for itself, and the call is held while either does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Holds(NamedTuple):
    since: int | None
    sides: frozenset[str]
    total: int


def holds_of(marks: Iterable[tuple[int, bool, str]], ended_at: int | None) -> Holds:
    """`marks` in the order of their times: at, held or resumed, by whom."""
    sides: set[str] = set()
    since: int | None = None
    total = 0
    for at, held, by in marks:
        if ended_at is not None and at > ended_at:
            break
        (sides.add if held else sides.discard)(by)
        if sides and since is None:
            since = at
        elif not sides and since is not None:
            total += at - since
            since = None
    if since is not None and ended_at is not None:
        total += ended_at - since
    return Holds(since, frozenset(sides), total)
