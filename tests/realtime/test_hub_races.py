"""Workers that commit at the same moment, and whose announcements overtake each other on their way
to the hub.
"""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from console.realtime.hub import Hub
from console.services.unit_of_work import UnitsOfWork
from console.storage import journal
from tests.cast import Cast
from tests.realtime.listeners import join, settle

WORKERS, EACH = 8, 3
ON_THE_WAY = 0.02  # seconds at most between a commit and the hub


def committed_at_once(cast_: Cast) -> list[journal.JournalEntry]:
    """Lets eight workers change Alice and Bob at the same moment.

    Returns the journal entries in the order in which they reach the hub.
    """
    announced: list[journal.JournalEntry] = []
    gate = Barrier(WORKERS)

    def announce(lines: list[journal.JournalEntry]) -> None:
        time.sleep(random.random() * ON_THE_WAY)
        announced.extend(lines)

    def work(number: int) -> None:
        units = UnitsOfWork(cast_.database, cast_.units.silent_after)
        units.announce = announce
        gate.wait()
        for _ in range(EACH):
            with units.begin("home") as unit:
                unit.agent_changed(("alice", "bob")[number % 2])

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))
    return announced


def test_commits_announced_out_of_order_arrive_once_and_in_order(hub: Hub, cast_: Cast) -> None:
    sockets = [join(hub, f"c{n}", {"team:team"}) for n in range(3)]
    order = []
    for _ in range(3):
        for line in committed_at_once(cast_):
            order.append(line.seq)
            hub.take([line])
            if random.random() < 0.5:
                settle()
    settle()
    assert len(set(order)) == 3 * WORKERS * EACH
    assert order != sorted(order), "no announcement overtook another: nothing was tried"
    for socket in sockets:
        assert socket.numbers == sorted(order)
