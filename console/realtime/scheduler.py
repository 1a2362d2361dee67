"""The scheduler of one worker: what runs when."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import NamedTuple

import gevent

from ..services.due_work import DueWork
from ..storage.accounts import Accounts
from ..storage.database import Database
from .disconnects import Disconnects
from .heartbeat import Heartbeat
from .housekeeping import Housekeeping
from .pings import Pings
from .retention import Retention

log = logging.getLogger(__name__)

_PING = 0.1  # the fewer are pinged at once, the fewer answers come at once
_TICK = 0.5
# Writers wait while SQLite's log moves into its file, the longer the more there is.
_CHECKPOINT = 1.0
_STORE = 5.0
_MINUTE = 60.0


class Job(NamedTuple):
    """Work that is repeated, with a pause of so many seconds before each time."""

    pause: float
    name: str
    work: Callable[[], None]


def jobs(
    pings: Pings,
    disconnects: Disconnects,
    heartbeat: Heartbeat,
    housekeeping: Housekeeping,
    retention: Retention,
    due_work: DueWork,
    accounts: Accounts,
    database: Database,
    ping_seconds: float,
) -> tuple[Job, ...]:
    """All repeated work of a worker."""
    store = min(_STORE, ping_seconds / 2)
    return (
        Job(_PING, "ping clients", pings.send_due),
        Job(_TICK, "write disconnected clients", disconnects.write_late),
        Job(_TICK, "move leases, end silent calls and wrap-ups", lambda: due_work.tick(_yield)),
        Job(_CHECKPOINT, "checkpoint the database", database.checkpoint),
        Job(store, "store pongs", heartbeat.store_pongs),
        Job(store, "give up silent clients", housekeeping.give_up_silent),
        Job(store, "forget arguments of commands", housekeeping.forget_args),
        Job(_MINUTE, "end old sign-ins", housekeeping.end_old_sign_ins),
        Job(_MINUTE, "forget used tokens", accounts.forget_used_tokens),
        Job(_MINUTE, "delete old rows", retention.delete_daily),
    )


class Scheduler:
    """Runs each job in a greenlet of its own; a job that fails is logged and runs again."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.jobs = jobs

    def start(self) -> None:
        for job in self.jobs:
            gevent.spawn(_repeat, job)


def _repeat(job: Job) -> None:
    while True:
        gevent.sleep(job.pause)
        try:
            job.work()
        except Exception:
            log.exception("the job '%s' failed and is tried again", job.name)


def _yield() -> None:
    """Yields, because a thousand leases that are due together would block the event loop."""
    gevent.sleep(0)
