"""Parallel requests share a batch, and each gets its own answer."""

from __future__ import annotations

import gevent
import pytest

from console.services.batching import Batcher


class Work:
    """Doubles numbers; a negative one is an error."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    def __call__(self, numbers: list[int]) -> list[int]:
        self.batches.append(numbers)
        if min(numbers) < 0:
            raise ValueError(min(numbers))
        return [2 * number for number in numbers]


def test_parallel_requests_share_one_batch_in_their_order() -> None:
    together = Batcher(work := Work())
    asked = [gevent.spawn(together, number) for number in range(5)]
    gevent.joinall(asked)
    assert [one.value for one in asked] == [0, 2, 4, 6, 8]
    assert work.batches == [[0, 1, 2, 3, 4]]


def test_a_single_request_is_a_batch_of_one() -> None:
    together = Batcher(work := Work())
    assert (together(1), together(2)) == (2, 4)
    assert work.batches == [[1], [2]]


def test_a_crowd_is_served_in_several_batches() -> None:
    together = Batcher(work := Work())
    asked = [gevent.spawn(together, number) for number in range(1000)]
    gevent.joinall(asked)
    assert [one.value for one in asked] == [2 * number for number in range(1000)]
    assert max(map(len, work.batches)) == 20


def test_one_that_fails_fails_alone() -> None:
    together = Batcher(Work())

    def ask(number: int) -> int | str:
        try:
            return together(number)
        except ValueError as error:
            return str(error)

    asked = [gevent.spawn(ask, number) for number in (1, -2, 3)]
    gevent.joinall(asked)
    assert [one.value for one in asked] == [2, "-2", 6]
    with pytest.raises(ValueError, match="-4"):
        together(-4)


def test_a_request_during_a_batch_joins_the_next_one() -> None:
    batches: list[list[int]] = []

    def work(numbers: list[int]) -> list[int]:
        batches.append(numbers)
        gevent.sleep(0.05)
        return numbers

    together = Batcher(work)
    first = gevent.spawn(together, 1)
    gevent.sleep(0.01)
    later = [gevent.spawn(together, number) for number in (2, 3)]
    gevent.joinall([first, *later])
    assert batches == [[1], [2, 3]]


def test_a_killed_batch_releases_its_other_requests() -> None:
    def slow(numbers: list[int]) -> list[int]:
        gevent.sleep(10)
        return numbers

    together = Batcher(slow)
    first, second = gevent.spawn(together, 1), gevent.spawn(together, 2)
    gevent.sleep(0.01)
    first.kill()
    assert gevent.joinall([second], timeout=1) == [second]
    assert isinstance(second.exception, InterruptedError)
