"""The database's clock is put back during a call: its signs of life are then in the future."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.services.call_worker import CallWorker, rings
from tests.services.test_switchboard import START, Phone

HOUR = 3_600_000


class Clock:
    """The database's clock, which the test sets."""

    now = START


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, cast_: Cast) -> Clock:
    made = Clock()
    monkeypatch.setattr(cast_.database, "now", lambda _session: made.now)
    return made


@pytest.fixture
def talk(clock: Clock, worker: CallWorker, alice: Phone) -> None:
    """Alice talks; an hour of the clock is taken back."""
    clock.now = START + HOUR
    rings(alice, "a", "0912345678")
    alice.says("answered", "a", HOUR)
    clock.now = START


@pytest.mark.parametrize("at", [HOUR, 0, -4_000], ids=["old time", "now", "late"])
def test_page_ends_its_call_after_the_clock_is_put_back(
    talk: None, worker: CallWorker, alice: Phone, at: int
) -> None:
    alice.says("ended", "a", at, ended_by="system", cause="completed")
    assert worker.states() == ["ended"]


def test_two_pongs_end_a_call_after_the_clock_is_put_back(talk: None, worker: CallWorker) -> None:
    for _ in range(2):
        worker.pong("alice-1")
    assert worker.states() == ["ended"]


def test_call_ended_under_a_clock_put_back_can_come_back(
    talk: None, clock: Clock, worker: CallWorker
) -> None:
    for _ in range(2):
        worker.pong("alice-1")
    clock.now += 10_000
    worker.pong("alice-1", "a")
    assert worker.states() == ["active"]
