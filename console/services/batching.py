"""What many sockets ask for at the same moment is done in one go: one transaction and one commit
instead of many.

Whoever comes alone is served at once. When a thousand pages come back together, a transaction of
its own for each of them would cost more than the work inside it, and one statement for twenty costs
little more than for one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import gevent
from gevent.lock import BoundedSemaphore

T = TypeVar("T")
R = TypeVar("R")

_AT_ONCE = 20  # the event loop stands still meanwhile: more at once would keep the others waiting


class _Asked(Generic[T, R]):
    __slots__ = ("answer", "done", "error", "item")
    answer: R  # once it is done, without an error

    def __init__(self, item: T) -> None:
        self.item = item
        self.error: Exception | None = None
        self.done = False


class Batcher(Generic[T, R]):
    """`work` gets what was asked and answers in the same order.

    It may be called again with one of them alone, so it must leave no trace when it fails.
    """

    def __init__(self, work: Callable[[list[T]], list[R]]) -> None:
        self._work = work
        self._waiting: list[_Asked[T, R]] = []
        self._turn = BoundedSemaphore(1)

    def __call__(self, item: T) -> R:
        asked = _Asked[T, R](item)
        self._waiting.append(asked)
        if (
            len(self._waiting) < _AT_ONCE
        ):  # there is room: those whose messages have come already ask first
            gevent.sleep(0)
        with self._turn:
            while not asked.done:
                batch, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
                self._serve(batch)
        if asked.error is not None:
            raise asked.error
        return asked.answer

    def _serve(self, batch: list[_Asked[T, R]]) -> None:
        try:
            answers = self._work([asked.item for asked in batch])
        except Exception as error:
            self._failed(batch, error)
            return
        except BaseException:  # whoever serves is stopped: the others must not wait for it
            for asked in batch:
                asked.error, asked.done = InterruptedError("the work was stopped"), True
            raise
        for asked, answer in zip(batch, answers, strict=True):
            asked.answer, asked.done = answer, True

    def _failed(self, batch: list[_Asked[T, R]], error: Exception) -> None:
        """One of them must not fail the others."""
        if len(batch) == 1:
            batch[0].error, batch[0].done = error, True
            return
        for asked in batch:
            self._serve([asked])


def by_agent(reports: Iterable[tuple[str, str, T]]) -> list[tuple[str, list[T]]]:
    """(organisation, agent, work) → the transactions (organisation, works) that do it in order.

    No two works of a transaction are about one agent: each change of an agent is pushed by itself.
    """
    found: list[tuple[str, dict[str, T]]] = []
    last: dict[str, dict[str, T]] = {}
    for organisation, agent, work in reports:
        works = last.get(organisation)
        if works is None or agent in works:
            works = last[organisation] = {}
            found.append((organisation, works))
        works[agent] = work
    return [(organisation, list(works.values())) for organisation, works in found]
