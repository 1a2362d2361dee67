"""Changes of agents and callbacks that wait for the walls, so that cost follows what changed and
not how often.

A wall shows many agents to a person who looks at it now and then. The first change after a quiet
moment leaves at once. Later changes within the window leave when the window ends, with the last
state of each agent and callback only. An agent's own pages never wait.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from ..storage.journal import JournalEntry


class WallBatch(NamedTuple):
    """Journal entries of one organisation that leave together."""

    organisation: str
    entries: list[JournalEntry]


def subject_of(entry: JournalEntry) -> str:
    """The agent or the number to call back that an entry is about."""
    if entry.type == "callback":
        return f"callback {entry.payload['number']}"
    return str(entry.payload["agent"]["id"])


def joined(former: JournalEntry, entry: JournalEntry) -> JournalEntry:
    """The later of two changes of one subject. `before` holds the audiences of both."""
    if entry.type != "callback":
        return entry
    before = sorted({*former.payload["before"], *entry.payload["before"]})
    return replace(entry, payload={**entry.payload, "before": before})


class WallThrottle:
    def __init__(self, window: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`window` in seconds; 0: every change leaves by itself."""
        self.window = window
        self._clock = clock
        self._last_batch_at = -math.inf
        self._entries: dict[str, dict[str | int, JournalEntry]] = defaultdict(dict)

    def take(self, entry: JournalEntry) -> None:
        key = subject_of(entry) if self.window else entry.seq
        entries = self._entries[entry.organisation]
        former = entries.pop(key, None)  # the last change stands at its own place
        entries[key] = joined(former, entry) if former else entry

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
        entries, self._entries = self._entries, defaultdict(dict)
        for organisation, changed in entries.items():
            yield WallBatch(organisation, list(changed.values()))
