"""What the walls are about to hear: changes of agents, gathered for a moment, so that cost follows
what changed and not how often.

A wall shows many agents to somebody who looks at it now and then. The first change after a quiet
moment goes out at once; what follows it within the window waits for the window's end, and of one
agent only the last state is told. An agent's own pages never wait.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ..storage.journal import JournalEntry


class Gathered(NamedTuple):
    """Of one organisation. `calls`: its list of unanswered calls may be another one now."""

    organisation: str
    lines: list[JournalEntry]
    calls: bool


class Gathering:
    def __init__(self, window: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`window` in seconds; 0: every change is told by itself."""
        self.window = window
        self._clock = clock
        self._told_at = -math.inf
        self._lines: dict[str, dict[str | int, JournalEntry]] = defaultdict(dict)
        self._calls: set[str] = set()
        self._waiting: dict[
            str, frozenset[str]
        ] = {}  # organisation → the numbers in the list that all its walls show

    def take(self, line: JournalEntry) -> None:
        key = line.payload["agent"]["id"] if self.window else line.seq
        lines = self._lines[line.organisation]
        lines.pop(key, None)  # the last one stands where it happened
        lines[key] = line
        if _about_unanswered(line, self._waiting.get(line.organisation)):
            self._calls.add(line.organisation)

    def listed(self, organisation: str, numbers: frozenset[str] | None) -> None:
        """The numbers that wait, as all walls of the organisation show them; none: some may show
        others.
        """
        if numbers is None:
            self._waiting.pop(organisation, None)
        else:
            self._waiting[organisation] = numbers

    def wait(self) -> float | None:
        """Seconds until it is told; none: there is nothing to tell."""
        return max(0.0, self._told_at + self.window - self._clock()) if self._lines else None

    def due(self) -> Iterator[Gathered]:
        """What is to be told now, if anything is."""
        if self.wait() != 0:
            return
        self._told_at = self._clock()
        lines, calls = self._lines, self._calls
        self._lines, self._calls = defaultdict(dict), set()
        for organisation, of_agents in lines.items():
            yield Gathered(organisation, list(of_agents.values()), organisation in calls)


def _about_unanswered(line: JournalEntry, waiting: frozenset[str] | None) -> bool:
    """A call was missed, or somebody talks to a number that waits, or calls it.

    What waits costs a question to the database.
    """
    if waiting is None or line.payload.get("missed", line.payload["history"]):
        return True
    return any(
        call["number"] in waiting and (call["outgoing"] or call["answered"])
        for call in line.payload["agent"]["calls"]
    )
