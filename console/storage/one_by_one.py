"""Work on several items, one after the other: an item that fails keeps no other from its turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from logging import Logger
from typing import TypeVar

Ids = TypeVar("Ids", bound=tuple[str, ...])

_LONGEST = 200


def one_by_one(
    items: Iterable[Ids],
    work: Callable[[Ids], None],
    log: Logger,
    pause: Callable[[], None] = lambda: None,
) -> None:
    """A failure is logged with the item's ids, and the caller finds the item again at the next
    look. `pause` yields.
    """
    for ids in items:
        try:
            work(ids)
        except Exception:
            log.exception(
                "%s failed for %s and is tried again", work.__name__, short(" ".join(ids))
            )
        pause()


def short(text: str) -> str:
    """As a log takes it: one line of plain letters, whatever others have written."""
    return ascii(text)[1:-1][:_LONGEST]
