"""Changes of agents that wait for the walls, so that cost follows what changed and not how often.

A wall shows many agents to a person who looks at it now and then. The first change after a quiet
moment leaves at once. Later changes within the window leave when the window ends, with the last
state of each agent only. An agent's own pages never wait.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ..storage.journal import JournalEntry


class WallBatch(NamedTuple):
    """Journal entries of one organisation that leave together.

    `missed_calls`: its list of missed calls may have changed.
    """

    organisation: str
    entries: list[JournalEntry]
    missed_calls: bool


class WallThrottle:
    def __init__(self, window: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`window` in seconds; 0: every change leaves by itself."""
        self.window = window
        self._clock = clock
        self._last_batch_at = -math.inf
        self._entries: dict[str, dict[str | int, JournalEntry]] = defaultdict(dict)
        self._missed_calls: set[str] = set()  # organisations whose list may have changed

    def take(self, entry: JournalEntry, *, missed_calls: bool) -> None:
        key = entry.payload["agent"]["id"] if self.window else entry.seq
        entries = self._entries[entry.organisation]
        entries.pop(key, None)  # the agent's last change stands at its own place
        entries[key] = entry
        if missed_calls:
            self._missed_calls.add(entry.organisation)

    def wait(self) -> float | None:
        """Seconds until the next batch; None when nothing is pending."""
        return (
            max(0.0, self._last_batch_at + self.window - self._clock()) if self._entries else None
        )

    def due(self) -> Iterator[WallBatch]:
        """The batches that leave now."""
        if self.wait() != 0:
            return
        self._last_batch_at = self._clock()
        entries, missed_calls = self._entries, self._missed_calls
        self._entries, self._missed_calls = defaultdict(dict), set()
        for organisation, of_agents in entries.items():
            yield WallBatch(organisation, list(of_agents.values()), organisation in missed_calls)
