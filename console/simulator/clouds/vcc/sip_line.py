"""The pretend SIP of the pretend VCC cloud: what goes to one browser's media leg.

Messages are numbered, acknowledged and repeated, as SIP does.
"""

from __future__ import annotations

from typing import Any

from ...exchange.clock import Handle
from ...exchange.wire import Wire

REPEAT_SECONDS = 0.5


class SipLine:
    """Nothing is lost for good, arrives twice or out of order, however bad the wire."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._number = 0
        self._open: dict[int, dict[str, Any]] = {}
        self._timer: Handle | None = None

    def send(self, method: str, call: str | None = None, **more: Any) -> None:
        if self.wire.closed:
            return
        self._number += 1
        message = {"n": self._number, "method": method, **({"call": call} if call else {}), **more}
        self._open[self._number] = message
        self.wire.deliver(message)
        if self._timer is None:
            self._plan_repeat()

    def acknowledge(self, number: int) -> None:
        """Everything up to this number has arrived."""
        self._open = {n: message for n, message in self._open.items() if n > number}

    def _plan_repeat(self) -> None:
        self._timer = self.wire.clock.call_later(REPEAT_SECONDS, self._repeat)

    def _repeat(self) -> None:
        self._timer = None
        if self.wire.closed or not self._open:
            return
        for message in list(self._open.values()):
            self.wire.deliver(message)
        self._plan_repeat()

    def close(self) -> None:
        self.wire.close()
        self._open.clear()
        if self._timer is not None:
            self._timer.cancel()
