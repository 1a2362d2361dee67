"""The real Console, with a way in for the bench's events that the product does not have.

/bench/event   one event of a provider, taken in by the switchboard in its transaction, as a webhook
would be /bench/relay   committed journal lines, given to the hub once more under fresh numbers
/bench/backlog the most bytes that wait in Console for one socket, and how many sockets there are
/bench/shares  where the time of an event goes; on=1 begins to count, on=0 tells
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, islice
from typing import Any

from flask import Blueprint, Flask, request
from gevent.lock import BoundedSemaphore

from console import create_app
from console.app_services import Services
from console.domain.enums import Direction, EventType
from console.domain.events import CallEvent
from console.realtime.entry_relay import EntryRelay
from console.realtime.fragments import Fragments
from console.realtime.hub import Hub
from console.services.switchboard import Switchboard
from console.storage import agents
from console.storage.journal import JournalEntry

LIFE = ("ringing", "answered", "held", "resumed", "ended")


class Driver:
    def __init__(self, services: Services) -> None:
        self.parts = services
        self.names: dict[str, Any] = json.loads(os.environ["BENCH_SITE"])
        self._lines: Any = None
        self._seq = 0
        self._first = BoundedSemaphore(1)

    def event(self, told: dict[str, Any]) -> None:
        self.parts.switchboard.receive(
            CallEvent(
                type=EventType(told["type"]),
                at=told["at"],
                organisation=self.names["organisation"],
                connection=self.names["connection"],
                agent=self.names["agents"][told["agent"]],
                call=told["call"],
                source="bench",
                direction=Direction(told["direction"]),
                number=told["number"],
                name=told["name"],
                line=told["line"],
                raw=told,
            )
        )

    def relay(self, count: int) -> None:
        """The lines were committed, and announced, the first time; now they come again and again
        under the numbers that follow.
        """
        # to take events in gives others a turn: the requests behind this one wait until all are
        # there
        with self._first:
            if self._lines is None:
                self._lines = cycle(self._committed())
        lines = [
            replace(line, seq=self._seq + i) for i, line in enumerate(islice(self._lines, count), 1)
        ]
        self._seq += count
        self.parts.units.announce(lines)

    def _committed(self) -> list[JournalEntry]:
        units, made = self.parts.units, list[JournalEntry]()
        announce = units.announce
        units.announce = lambda lines: (made.extend(lines), announce(lines))[1]
        for step, kind in enumerate(LIFE):
            for agent in range(self.names["wall"]):
                self.event(
                    {
                        "type": kind,
                        "agent": agent,
                        "call": f"relay-{agent}",
                        "number": f"+8490{agent * 31:07d}",
                        "direction": "inbound",
                        "name": f"T0={0:019d}",
                        "at": time.time_ns() // 1_000_000 + step,
                        "line": 1,
                    }
                )
        units.announce = announce
        self._seq = made[-1].seq
        return made


class Shares:
    """Seconds spent in the steps of one event.

    The steps are nested, so each is reported without the steps inside it.
    """

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._inner = [0.0]
        self.cpu = 0.0

    def watch(self, owner: Any, name: str, part: str) -> None:
        work: Callable[..., Any] = getattr(owner, name)

        def timed(*args: Any, **more: Any) -> Any:
            self._inner.append(0.0)
            began = time.perf_counter()
            try:
                return work(*args, **more)
            finally:
                took = time.perf_counter() - began
                self.seconds[part] += took - self._inner.pop()
                self._inner[-1] += took

        setattr(owner, name, timed)

    def begin(self, switchboard: Switchboard) -> None:
        if not self.cpu:
            self.watch(
                switchboard._batcher, "_serve", "database"
            )  # `receive` waits, if only for a moment, for others to come along
            self.watch(agents, "recent", "database")
            self.watch(Fragments, "change", "rendering")
            self.watch(EntryRelay, "_pass_on", "relay")
            self.watch(Hub, "_flush", "relay")
        self.seconds.clear()
        self.cpu = time.process_time()

    def by_step(self) -> dict[str, float]:
        return {**self.seconds, "all": time.process_time() - self.cpu}


def join_bench(app: Flask) -> None:
    driver, shares = Driver(app.extensions["console"]), Shares()
    bench = Blueprint("bench", __name__, url_prefix="/bench")

    @bench.post("/event")
    def event() -> tuple[str, int]:
        driver.event(request.get_json())
        return "", 204

    @bench.post("/relay")
    def relay() -> tuple[str, int]:
        driver.relay(int(request.args["n"]))
        return "", 204

    @bench.post("/backlog")
    def backlog() -> dict[str, int]:
        queues = [member.socket.send_queue for member in driver.parts.hub.members.values()]
        return {
            "bytes": max((queue.waiting for queue in queues), default=0),
            "sockets": len(queues),
        }

    @bench.post("/shares")
    def share() -> dict[str, float]:
        if request.args["on"] == "0":
            return shares.by_step()
        shares.begin(driver.parts.switchboard)
        return {}

    app.register_blueprint(bench)


app = create_app()
join_bench(app)
