"""Measures how long this machine kept an idle thread waiting, which no program under test can make
up for.
"""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self

_NAP = 0.01


class Stalls:
    """A thread that naps, and notes by how much each nap was too long."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._noted: list[tuple[float, float]] = []  # when it woke, and how late
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._over.is_set():
            began = time.monotonic()
            time.sleep(_NAP)
            now = time.monotonic()
            self._noted.append((now, now - began - _NAP))

    def since(self, moment: float) -> float:
        """Seconds in all, since this moment of the monotonic clock."""
        return sum(late for at, late in self._noted if at >= moment)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join(2)
