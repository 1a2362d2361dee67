"""The pretend SIP of the pretend VCC cloud: one browser's media leg.

Messages are numbered, acknowledged and repeated, as SIP does.
"""

from __future__ import annotations

from typing import Any

from .exchange import Call
from .exchange.clock import Handle
from .exchange.wire import Wire

REPEAT_SECONDS = 0.5


class SipLine:
    """What goes to one browser.

    Nothing is lost for good on its wire, nothing comes twice, nothing out of turn, however bad the
    wire.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.clock = wire.clock
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
            self._timer = self.clock.call_later(REPEAT_SECONDS, self._repeat)

    def invite(self, call: Call, *, microphone: bool) -> None:
        """An agent's own leg is quiet until the customer speaks."""
        self.send(
            "INVITE",
            call.id,
            user=call.number,
            quiet=call.direction == "outbound",
            microphone=microphone,
        )

    def acknowledged(self, number: int) -> None:
        """Everything up to this number has arrived."""
        self._open = {n: message for n, message in self._open.items() if n > number}

    def _repeat(self) -> None:
        self._timer = None
        if self.wire.closed or not self._open:
            return
        for message in list(self._open.values()):
            self.wire.deliver(message)
        self._timer = self.clock.call_later(REPEAT_SECONDS, self._repeat)

    def close(self) -> None:
        self.wire.close()
        self._open.clear()
        if self._timer is not None:
            self._timer.cancel()
