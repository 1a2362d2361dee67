"""The browser that carries a VCC agent's sound: its registration, and the legs of its calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...exchange import Call, Device, Exchange
from ...exchange.clock import Handle
from ...exchange.faults import Faults
from .agent_record import AgentRecord
from .sip_line import SipLine

LEG_SECONDS = 20.0  # a call stays up for so long while its browser is away

Message = dict[str, Any]


class MediaLeg:
    """A leg has the id of its call, unless the browser has dialled by SIP and named it itself."""

    def __init__(self, exchange: Exchange, faults: Faults, record: AgentRecord) -> None:
        self._exchange, self._faults, self._record = exchange, faults, record
        self._line: SipLine | None = None
        self._giving_up: Handle | None = None
        self._names: dict[str, str] = {}  # call → leg, of calls that the browser has dialled
        self._coming = ""  # the leg that the browser has begun, until the exchange has its call

    @property
    def registered(self) -> bool:
        return self._line is not None

    # To the browser
    # ----------------------------------------------------------------------------------------

    def send(self, call: Call, method: str, **more: Any) -> None:
        if self._line is not None and call.device == Device.BROWSER:
            self._line.send(method, self._leg_of(call), **more)

    def invite(self, call: Call) -> None:
        """An agent's own leg is quiet until the customer speaks."""
        if self._line is not None and call.device == Device.BROWSER:
            no_microphone = self._faults.happens("no_microphone", self._record.extension)
            self._line.send(
                "INVITE",
                call.id,
                user=call.number,
                quiet=call.direction == "outbound",
                microphone=not no_microphone,
            )

    # Calls that the browser has dialled
    # ------------------------------------------------------------------------------------

    def has_dialled(self, call: Call) -> bool:
        return call.id in self._names

    def name(self, call: Call) -> None:
        """The exchange has begun the call of the coming leg."""
        if self._coming:
            self._names[call.id], self._coming = self._coming, ""

    def forget(self, call: Call) -> None:
        self._names.pop(call.id, None)

    def _leg_of(self, call: Call) -> str:
        return self._names.get(call.id, call.id)

    # From the browser
    # --------------------------------------------------------------------------------------

    def handle(self, line: SipLine, message: Message) -> None:
        method = message.get("method")
        if method == "ACK":
            line.acknowledge(int(message.get("n", 0)))
        elif method == "REGISTER":
            self._register(line, message.get("calls", []), message.get("answered", []))
        elif self._line is line and method in _METHODS:
            _METHODS[method](self, line, message)

    def _register(self, line: SipLine, legs: list[str], answered: list[str]) -> None:
        """The newest registration counts.

        `legs`: the legs that this browser carries; `answered`: those of them that it has answered,
        perhaps while it was away.
        """
        if self._faults.happens("registration_refused", self._record.extension):
            line.send("REFUSED", code=403)
            if self._line in (None, line):
                self._unregister()
                self._keep_legs(line, legs, answered)
            return
        self._attach(line)
        line.send("REGISTERED")
        self._compare(line, legs)
        self._pick_up(answered)
        self._exchange.set_registered(self._record.extension, True)

    def _attach(self, line: SipLine) -> None:
        if self._giving_up:
            self._giving_up.cancel()
        self._line = line

    def _keep_legs(self, line: SipLine, legs: list[str], answered: list[str]) -> None:
        """A call goes on without a registration: its browser is notified of its end, and no other
        call rings there.
        """
        live = {self._leg_of(call) for call in self._record.calls}
        self._end_legs(line, legs, live)
        if live & set(legs):
            self._attach(line)
            self._pick_up(answered)

    def _end_legs(self, line: SipLine, legs: list[str], live: set[str]) -> None:
        for leg in legs:
            if leg not in live:
                line.send("BYE", leg)

    def _pick_up(self, answered: list[str]) -> None:
        for call in self._record.calls:
            if self._leg_of(call) in answered:
                self._exchange.answer(call)

    def _compare(self, line: SipLine, legs: list[str]) -> None:
        """The browser ends the legs of calls that are over; calls without a leg there ring or are
        over.
        """
        calls = [call for call in self._record.calls if call.device == Device.BROWSER]
        self._end_legs(line, legs, {self._leg_of(call) for call in calls})
        for call in calls:
            if self._leg_of(call) in legs:
                continue
            own_leg_rings = call.direction == "outbound" and not call.agent_leg
            if call.state == "ringing" or own_leg_rings:
                self.invite(call)
            else:
                self._exchange.hang_up(call, "agent")

    def leave(self, line: SipLine, *, clean: bool) -> None:
        """`clean`: the page is gone, and the sound with it; otherwise its connection broke, and the
        sound goes on for a while.
        """
        line.close()
        if self._line is not line:
            return
        self._unregister()
        self._giving_up = self._exchange.clock.call_later(
            0 if clean else LEG_SECONDS, self._lose_legs
        )

    def _unregister(self) -> None:
        self._line = None
        self._exchange.set_registered(self._record.extension, False)

    def _lose_legs(self) -> None:
        for call in self._record.calls:
            is_up = call.talking or call.agent_leg
            if call.device == Device.BROWSER and is_up:
                self._exchange.hang_up(call, "agent")

    def _call_of(self, message: Message) -> Call | None:
        wanted = message.get("call")
        return next((call for call in self._record.calls if wanted == self._leg_of(call)), None)

    def _on_unregister(self, line: SipLine, message: Message) -> None:
        self._unregister()

    def _on_answer(self, line: SipLine, message: Message) -> None:
        call = self._call_of(message)
        if call is None or not self._exchange.answer(call):
            line.send("BYE", message.get("call"))

    def _on_reject(self, line: SipLine, message: Message) -> None:
        call = self._call_of(message)
        if call is not None:
            self._exchange.reject(call)

    def _on_bye(self, line: SipLine, message: Message) -> None:
        call = self._call_of(message)
        if call is not None:
            self._exchange.hang_up(call, "agent")

    def _on_invite(self, line: SipLine, message: Message) -> None:
        self._coming = str(message.get("call"))
        self._exchange.dial(self._record.extension, str(message.get("user")))

    def _on_dtmf(self, line: SipLine, message: Message) -> None:
        call = self._call_of(message)
        if call is not None:
            self._exchange.dtmf(call, str(message.get("tones")))


_METHODS: dict[str, Callable[[MediaLeg, SipLine, Message], None]] = {
    "UNREGISTER": MediaLeg._on_unregister,
    "ANSWER": MediaLeg._on_answer,
    "REJECT": MediaLeg._on_reject,
    "BYE": MediaLeg._on_bye,
    "CANCEL": MediaLeg._on_bye,
    "INVITE": MediaLeg._on_invite,
    "DTMF": MediaLeg._on_dtmf,
}
