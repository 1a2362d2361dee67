"""Batches: requests that arrive at the same moment share one transaction and one commit.

A single request is served at once. When a thousand pages come back together, one transaction each
would cost more than the work inside it, and one statement for twenty costs little more than for
one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import gevent
from gevent.lock import BoundedSemaphore

T = TypeVar("T")
R = TypeVar("R")

_AT_ONCE = 20  # a batch blocks the event loop: a larger one would delay all other requests


class _Request(Generic[T, R]):
    __slots__ = ("answer", "done", "error", "item")
    answer: R  # set when it is done without an error

    def __init__(self, item: T) -> None:
        self.item = item
        self.error: Exception | None = None
        self.done = False


class Batcher(Generic[T, R]):
    """`work` takes a list of items and returns their answers in the same order.

    It may run again with a single one of them, so it must leave no trace when it fails.
    """

    def __init__(self, work: Callable[[list[T]], list[R]]) -> None:
        self._work = work
        self._waiting: list[_Request[T, R]] = []
        self._turn = BoundedSemaphore(1)

    def __call__(self, item: T) -> R:
        request = _Request[T, R](item)
        self._waiting.append(request)
        if len(self._waiting) < _AT_ONCE:
            gevent.sleep(0)  # the batch has room: requests that have arrived already join it
        with self._turn:
            while not request.done:
                batch, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
                self._serve(batch)
        if request.error is not None:
            raise request.error
        return request.answer

    def _serve(self, batch: list[_Request[T, R]]) -> None:
        try:
            answers = self._work([request.item for request in batch])
        except Exception as error:
            self._failed(batch, error)
            return
        except BaseException:  # this greenlet is killed: the other requests must not wait for it
            for request in batch:
                request.error, request.done = InterruptedError("the work was stopped"), True
            raise
        for request, answer in zip(batch, answers, strict=True):
            request.answer, request.done = answer, True

    def _failed(self, batch: list[_Request[T, R]], error: Exception) -> None:
        """Runs each request alone, so that one failure does not fail the others."""
        if len(batch) == 1:
            batch[0].error, batch[0].done = error, True
            return
        for request in batch:
            self._serve([request])


def by_agent(reports: Iterable[tuple[str, str, T]]) -> list[tuple[str, list[T]]]:
    """Groups (organisation, agent, work) into transactions (organisation, works), in order.

    A transaction has at most one work per agent, because each change of an agent is pushed by
    itself.
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
