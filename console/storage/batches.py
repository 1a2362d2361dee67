"""Work on a batch of items: an item that fails is set aside, and the others go through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from logging import Logger
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError, TimeoutError

from .one_by_one import short

T = TypeVar("T")

# The database does not answer, or has ended an idle transaction: no item is at fault, all wait.
AWAY = (OperationalError, InterfaceError, InternalError, TimeoutError, OSError)


def all_or_each(
    items: Sequence[T], work: Callable[[list[T]], object], log: Logger, name: Callable[[T], str]
) -> list[T]:
    """Calls `work` with all items; if that fails, with each alone. Returns the failed items.

    `work` must leave no trace when it fails. An unreachable database fails all items.
    """
    try:
        work(list(items))
        return []
    except AWAY:
        raise
    except Exception as error:
        if len(items) == 1:
            _log(log, name(items[0]), error)
            return list(items)
    return [bad for item in items for bad in all_or_each([item], work, log, name)]


def _log(log: Logger, name: str, error: Exception) -> None:
    log.error("%s is set aside: %s", short(name), short(f"{type(error).__name__}: {error}"))
