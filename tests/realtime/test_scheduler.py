"""The repeated work of a worker."""

from __future__ import annotations

import gevent
import pytest

from console.realtime.scheduler import Job, Scheduler


def test_a_job_that_fails_is_logged_and_runs_again(caplog: pytest.LogCaptureFixture) -> None:
    runs: list[int] = []

    def work() -> None:
        runs.append(len(runs))
        if len(runs) == 1:
            raise ValueError("a fault of ours")
        raise gevent.GreenletExit  # enough for the test

    Scheduler([Job(0.001, "some work", work)]).start()
    with gevent.Timeout(5):
        while len(runs) < 2:
            gevent.sleep(0.001)
    assert "the job 'some work' failed" in caplog.text
