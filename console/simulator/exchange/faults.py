"""Faults between a vendor's cloud and a browser, on request, and the same again with the same seed.

Faults act on the wire, never on what happened in the exchange: `truth()` stays true. Each wire and
each kind of question draws from a chance of its own, made of the seed and its name, and draws as
often whatever is switched on: one agent's faults depend neither on what others do nor on the order
in which greenlets run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .chance import Chance
from .clock import Clock
from .errors import N_, InputError
from .wire import Wire

# Chances from 0 (never) to 1 (always); docs/simulator.md says what each does.
CHANCES = """lost lost_alone late doubled reordered socket_drop socket_refused script_missing
    registration_refused rest_fails hold_refused device_refused device_unanswered presence_refused
    login_refused no_microphone""".split()
# Lengths, with their defaults.
SECONDS = {"late_seconds": 2.0, "rest_slow": 0.0}
FAULTS = (*CHANCES, *SECONDS)
LONGEST_SECONDS = 600.0


class WrongFault(InputError):
    """The name or the value of a fault is wrong."""


class Rest(NamedTuple):
    """A REST request takes `seconds` more, and then fails (HTTP 503) or not."""

    seconds: float
    fails: bool


class Faults:
    """`watchers` are called with (kind, name of the wire or agent) of each fault that happened."""

    def __init__(self, clock: Clock, seed: int = 1) -> None:
        self.clock, self.seed = clock, seed
        self.settings: dict[str, float] = {}
        self.watchers: list[Callable[[str, str], object]] = []
        self._chances: dict[str, Chance] = {}
        self._wires: list[Wire] = []
        self._made: Counter[str] = Counter()
        self.clear()

    def clear(self) -> None:
        """Switches all faults off."""
        self.settings = dict.fromkeys(CHANCES, 0.0) | SECONDS

    def set(self, values: Mapping[str, Any]) -> None:
        """Set several at once, or none if one of them is wrong."""
        self.settings |= {name: self.checked(name, value) for name, value in values.items()}

    @staticmethod
    def checked(name: str, value: Any) -> float:
        """The value as a number, if the fault can have it."""
        if name not in FAULTS:
            raise WrongFault(
                N_("There is no fault %(name)r; there are %(known)s."),
                name=name,
                known=", ".join(FAULTS),
            )
        most = 1.0 if name in CHANCES else LONGEST_SECONDS
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise WrongFault(
                N_("%(name)s must be a number, not %(value)r."), name=name, value=value
            ) from None
        if not 0 <= number <= most:
            raise WrongFault(
                N_("%(name)s must be a number from 0 to %(most)g, not %(value)r."),
                name=name,
                most=most,
                value=value,
            )
        return number

    @property
    def active(self) -> dict[str, float]:
        """The faults that are switched on."""
        return {
            name: value
            for name, value in self.settings.items()
            if value and (name in CHANCES or SECONDS[name] != value)
        }

    def reset(self, seed: int) -> None:
        """Restarts the chances of the seed; open wires keep theirs."""
        self.seed = seed
        self._chances.clear()
        self._made.clear()

    def note(self, kind: str, name: str) -> None:
        for watcher in tuple(self.watchers):
            watcher(kind, name)

    def _draw(self, key: str) -> float:
        if key not in self._chances:
            self._chances[key] = self._chance(key)
        return self._chances[key].random()

    def _chance(self, key: str) -> Chance:
        return Chance(f"{self.seed}/{key}")

    # Questions
    # ------------------------------------------------------------------------------------------

    def happens(self, kind: str, name: str) -> bool:
        """Whether the fault happens this time.

        `name`: the agent's extension, or another name that is the same when the run is repeated.
        """
        hit = self._draw(f"{kind}/{name}") < self.settings[kind]
        if hit:
            self.note(kind, name)
        return hit

    def refuses(self, what: str, extension: str) -> bool:
        """Whether the exchange refuses a hold, device or presence this time."""
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
        chance = self._chance(f"wire/{name}/{self._made[name]}")
        wire = Wire(self, name, chance, send, drop, stream)
        self._wires.append(wire)
        return wire

    def drop_all(self, name: str | None = None) -> int:
        """Cut all sockets now, or those of one agent; returns how many."""
        wires = [wire for wire in self._wires if name in (None, wire.name)]
        for wire in wires:
            wire.cut("socket_drop")
        return len(wires)

    def forget(self, wire: Wire) -> None:
        if wire in self._wires:
            self._wires.remove(wire)
