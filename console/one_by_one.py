"""Work on several items, one after the other: an item that fails keeps no other from its turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from logging import Logger
from typing import TypeVar

Ids = TypeVar("Ids", bound=tuple[str, ...])


def one_by_one(items: Iterable[Ids], work: Callable[[Ids], None], log: Logger, pause: Callable[[], None] = lambda: None) -> None:
    """A failure is logged with the item's ids, and the caller finds the item again at the next look. `pause` yields."""
    for ids in items:
        try:
            work(ids)
        except Exception:
            log.exception("%s failed for %s and is tried again", work.__name__, " ".join(ids))
        pause()
