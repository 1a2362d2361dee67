"""What can go wrong between a vendor's cloud and a browser, on request, and the same again with the
same seed.

Faults act on the wire, never on what happened in the exchange: `truth()` stays true. Each wire and
each kind of question draws from a `random.Random` of its own, made of the seed and its name, and
draws as often whatever is switched on: so one agent's faults depend neither on what others do nor
on the order in which greenlets run.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .clock import Clock

CHANCES = """lost lost_alone late doubled reordered socket_drop socket_refused script_missing registration_refused rest_fails hold_refused
    device_refused device_unanswered presence_refused login_refused no_microphone""".split()
SECONDS = {"late_seconds": 2.0, "rest_slow": 0.0}
FAULTS = (*CHANCES, *SECONDS)
"""Chances from 0 (never) to 1 (always), and lengths in seconds.

lost: the message, and some seconds later the socket, as happens in life; lost_alone: the message only. late: by up to `late_seconds`, in
order, as on TCP. reordered: overtaken by those behind it. socket_drop: after a message. socket_refused: a new socket. rest_slow: seconds
that each answer takes. The others are asked for by name: `happens("script_missing", …)`.
"""

OVERTAKEN_SECONDS, ECHO_SECONDS, DROP_SECONDS = 0.3, 0.05, 3.0
LOST, LOST_ALONE, LATE, HOW_LATE, REORDERED, DOUBLED, DROP, DROP_WHEN = range(8)


class WrongFault(ValueError):
    """The message is a sentence that names what is wrong."""


class Rest(NamedTuple):
    """How a REST request fares: it takes `seconds` more, and then fails (HTTP 503) or not."""

    seconds: float
    fails: bool


class Faults:
    """`watchers` hear (kind, name of the wire or agent) of each fault that happened."""

    def __init__(self, clock: Clock, seed: int = 1) -> None:
        self.clock, self.seed = clock, seed
        self.settings: dict[str, float] = {}
        self.watchers: list[Callable[[str, str], object]] = []
        self._chances: dict[str, random.Random] = {}
        self._wires: list[Wire] = []
        self._made: Counter[str] = Counter()
        self.clear()

    def clear(self) -> None:
        """Everything works."""
        self.settings = dict.fromkeys(CHANCES, 0.0) | SECONDS

    def set(self, values: Mapping[str, Any]) -> None:
        """Several at once, or none if one of them is wrong."""
        self.settings |= {name: self.checked(name, value) for name, value in values.items()}

    @staticmethod
    def checked(name: str, value: Any) -> float:
        """The value as a number, if the fault can have it."""
        if name not in FAULTS:
            raise WrongFault(f"There is no fault {name!r}; there are {', '.join(FAULTS)}.")
        most = 1.0 if name in CHANCES else 600.0
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise WrongFault(f"{name} wants a number, not {value!r}.") from None
        if not 0 <= number <= most:
            raise WrongFault(f"{name} wants a number from 0 to {most:g}, not {value!r}.")
        return number

    @property
    def active(self) -> dict[str, float]:
        """Those that are switched on."""
        return {
            name: value
            for name, value in self.settings.items()
            if value and (name in CHANCES or SECONDS[name] != value)
        }

    def reset(self, seed: int) -> None:
        """The same again, from the start: wires that are open keep what they have begun."""
        self.seed = seed
        self._chances.clear()
        self._made.clear()

    def note(self, kind: str, name: str) -> None:
        for watcher in tuple(self.watchers):
            watcher(kind, name)

    def _draw(self, key: str) -> float:
        if key not in self._chances:
            self._chances[key] = self.chance(key)
        return self._chances[key].random()

    def chance(self, key: str) -> random.Random:
        return random.Random(f"{self.seed}/{key}")  # noqa: S311 - chance that can be repeated is the point

    # Questions
    # ------------------------------------------------------------------------------------------

    def happens(self, kind: str, name: str) -> bool:
        """Does it go wrong this time?

        `name`: the agent's extension, or whatever stays the same when the run is repeated.
        """
        hit = self._draw(f"{kind}/{name}") < self.settings[kind]
        if hit:
            self.note(kind, name)
        return hit

    def refuses(self, what: str, extension: str) -> bool:
        """For the exchange: hold, device, presence."""
        return self.happens(f"{what}_refused", extension)

    def rest(self, name: str) -> Rest:
        seconds, fails = self.settings["rest_slow"], self.happens("rest_fails", name)
        if seconds:
            self.note("rest_slow", name)
        return Rest(seconds, fails)

    # Wires
    # ----------------------------------------------------------------------------------------------

    def wire(
        self,
        name: str,
        send: Callable[[Any], object],
        drop: Callable[[], object],
        *,
        stream: bool = False,
    ) -> Wire:
        """One socket to a browser. `send` puts a message onto it, `drop` cuts it; neither may
        block. Close it with the socket.

        `name`: the agent's extension; the second wire of that name has a chance of its own.
        `stream`: nothing is lost or reordered while it lives.
        """
        self._made[name] += 1
        wire = Wire(self, name, self.chance(f"wire/{name}/{self._made[name]}"), send, drop, stream)
        self._wires.append(wire)
        return wire

    def drop_all(self, name: str | None = None) -> int:
        """Cuts all sockets now, or those of one agent; says how many."""
        wires = [wire for wire in self._wires if name in (None, wire.name)]
        for wire in wires:
            wire.cut("socket_drop")
        return len(wires)

    def forget(self, wire: Wire) -> None:
        if wire in self._wires:
            self._wires.remove(wire)


class Wire:
    """What lies between the cloud and one socket: in order and at once, unless a fault says
    otherwise.
    """

    def __init__(
        self,
        faults: Faults,
        name: str,
        chance: random.Random,
        send: Callable[[Any], object],
        drop: Callable[[], object],
        stream: bool,
    ) -> None:
        self.faults, self.name, self.chance, self._send, self._drop = (
            faults,
            name,
            chance,
            send,
            drop,
        )
        self.stream = stream
        self.closed = False
        self._sent = 0
        self._last = 0.0  # when the last message that keeps its place is due
        self._pending: list[tuple[float, int, Any]] = []

    def deliver(self, message: Any) -> None:
        draws, settings = [self.chance.random() for _ in range(8)], self.faults.settings
        if self.stream:
            settings = settings | {"lost_alone": 0.0, "reordered": 0.0}
        if self.closed:
            return
        if draws[LOST] < settings["lost"]:
            self._loses("lost")
            self._later(1 + draws[DROP_WHEN] * DROP_SECONDS, lambda: self.cut("socket_drop"))
        elif draws[LOST_ALONE] < settings["lost_alone"]:
            self._loses("lost_alone")
        else:
            self._plan(message, draws, settings)
            if draws[DROP] < settings["socket_drop"]:
                self._later(draws[DROP_WHEN], lambda: self.cut("socket_drop"))

    def _loses(self, kind: str) -> None:
        self.faults.note(kind, self.name)

    def _plan(self, message: Any, draws: list[float], settings: Mapping[str, float]) -> None:
        due = max(self.faults.clock.now(), self._last)
        if draws[LATE] < settings["late"]:
            self.faults.note("late", self.name)
            due += draws[HOW_LATE] * settings["late_seconds"]
        if draws[REORDERED] < settings["reordered"]:
            self.faults.note("reordered", self.name)
            due += OVERTAKEN_SECONDS
        else:
            self._last = due
        self._queue(message, due)
        if draws[DOUBLED] < settings["doubled"]:
            self.faults.note("doubled", self.name)
            self._queue(message, due + ECHO_SECONDS)

    def _queue(self, message: Any, due: float) -> None:
        self._sent += 1
        heapq.heappush(self._pending, (due, self._sent, message))
        wait = due - self.faults.clock.now()
        if wait <= 0:
            self._flush(due)
        else:
            self._later(wait, lambda: self._flush(due))

    def _flush(self, until: float) -> None:
        """By the plan, not by which timer wakes first."""
        while self._pending and self._pending[0][0] <= until and not self.closed:
            self._send(heapq.heappop(self._pending)[2])

    def _later(self, seconds: float, what: Callable[[], object]) -> None:
        self.faults.clock.call_later(seconds, what)

    def cut(self, kind: str) -> None:
        """The socket drops; what was under way is lost."""
        if not self.closed:
            self.close()
            self.faults.note(kind, self.name)
            self._drop()

    def close(self) -> None:
        self.closed = True
        self._pending.clear()
        self.faults.forget(self)
