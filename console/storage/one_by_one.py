"""Work on several items in turn: an item that fails does not stop the others."""

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
    """Logs a failure with the item's ids; the caller finds the item again on its next run.

    `pause` yields to other greenlets.
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
    """The text for a log: one short line of ASCII."""
    return ascii(text)[1:-1][:_LONGEST]
