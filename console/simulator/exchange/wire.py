"""The wire between the cloud and one socket: in order and at once, unless a fault acts on it."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .chance import Chance
from .clock import Clock

if TYPE_CHECKING:
    from .faults import Faults

OVERTAKEN_SECONDS, ECHO_SECONDS, DROP_SECONDS = 0.3, 0.05, 3.0
LOST, LOST_ALONE, LATE, HOW_LATE, REORDERED, DOUBLED, DROP, DROP_WHEN = range(8)
NEVER_ON_A_STREAM = {"lost_alone": 0.0, "reordered": 0.0}


class Wire:
    """`stream`: messages stay in order, and none is lost alone, as on TCP."""

    def __init__(
        self,
        faults: Faults,
        name: str,
        chance: Chance,
        send: Callable[[Any], object],
        drop: Callable[[], object],
        stream: bool,
    ) -> None:
        self._faults, self.name, self._chance = faults, name, chance
        self._send, self._drop, self._stream = send, drop, stream
        self.closed = False
        self._sent = 0
        self._last = 0.0  # when the last message that keeps its place is due
        self._pending: list[tuple[float, int, Any]] = []

    @property
    def clock(self) -> Clock:
        return self._faults.clock

    def deliver(self, message: Any) -> None:
        draws, settings = [self._chance.random() for _ in range(8)], self._faults.settings
        if self._stream:
            settings = settings | NEVER_ON_A_STREAM
        if self.closed:
            return
        if draws[LOST] < settings["lost"]:
            self._note("lost")
            self._cut_later(1 + draws[DROP_WHEN] * DROP_SECONDS)
        elif draws[LOST_ALONE] < settings["lost_alone"]:
            self._note("lost_alone")
        else:
            self._plan(message, draws, settings)
            if draws[DROP] < settings["socket_drop"]:
                self._cut_later(draws[DROP_WHEN])

    def _plan(self, message: Any, draws: list[float], settings: Mapping[str, float]) -> None:
        due = max(self.clock.now(), self._last)
        if draws[LATE] < settings["late"]:
            self._note("late")
            due += draws[HOW_LATE] * settings["late_seconds"]
        if draws[REORDERED] < settings["reordered"]:
            self._note("reordered")
            due += OVERTAKEN_SECONDS
        else:
            self._last = due
        self._queue(message, due)
        if draws[DOUBLED] < settings["doubled"]:
            self._note("doubled")
            echo = due + ECHO_SECONDS
            if self._stream:
                self._last = echo
            self._queue(message, echo)

    def _queue(self, message: Any, due: float) -> None:
        self._sent += 1
        heapq.heappush(self._pending, (due, self._sent, message))
        wait = due - self.clock.now()
        if wait <= 0:
            self._flush(due)
        else:
            self.clock.call_later(wait, lambda: self._flush(due))

    def _flush(self, until: float) -> None:
        """Send what is due by the plan, whichever timer wakes first."""
        while self._pending and self._pending[0][0] <= until and not self.closed:
            self._send(heapq.heappop(self._pending)[2])

    def _cut_later(self, seconds: float) -> None:
        self.clock.call_later(seconds, lambda: self.cut("socket_drop"))

    def _note(self, kind: str) -> None:
        self._faults.note(kind, self.name)

    def cut(self, kind: str) -> None:
        """The socket drops; messages under way are lost."""
        if not self.closed:
            self.close()
            self._note(kind)
            self._drop()

    def close(self) -> None:
        self.closed = True
        self._pending.clear()
        self._faults.forget(self)
