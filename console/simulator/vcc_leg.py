"""The browser that carries a VCC agent's sound: it registers, and what it does to its legs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .exchange import Call, Device
from .vcc_news import VccNews
from .vcc_sip import SipLine

LEG_SECONDS = 20.0  # so long a call stays up whose browser is away


class VccLeg(VccNews):
    def leg_arrived(self, line: SipLine, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method == "ACK":
            line.acknowledged(int(message.get("n", 0)))
        elif method == "REGISTER":
            self._register(line, message.get("calls", []), message.get("answered", []))
        elif self.sip is line and method in _LEG:
            _LEG[method](self, message)

    def _register(self, line: SipLine, legs: list[str], answered: list[str]) -> None:
        """The newest registration counts.

        `legs`: what this browser carries; `answered`: of that, perhaps while it was away.
        """
        if self.faults.happens("registration_refused", self.extension):
            line.send("REFUSED", code=403)
            if self.sip in (None, line):
                self._unregister({})
                self._keep_legs(line, legs, answered)
            return
        self.sip = line
        line.send("REGISTERED")
        self._compare(line, legs)
        self._pick_up(answered)
        self.exchange.set_registered(self.extension, True)

    def _keep_legs(self, line: SipLine, legs: list[str], answered: list[str]) -> None:
        """A call lives without a registration: its browser hears of its end, and no other call
        rings there.
        """
        live = {self.legs.get(call.id, call.id) for call in self.exchange.calls_of(self.extension)}
        for leg in legs:
            if leg not in live:
                line.send("BYE", leg)
        if live & set(legs):
            self.sip = line
            self._pick_up(answered)

    def _pick_up(self, answered: list[str]) -> None:
        for call in self.exchange.calls_of(self.extension):
            if self.legs.get(call.id, call.id) in answered:
                self.exchange.answer(call)

    def _compare(self, line: SipLine, legs: list[str]) -> None:
        calls = [
            call for call in self.exchange.calls_of(self.extension) if call.device == Device.BROWSER
        ]
        carried = {self.legs.get(call.id, call.id): call for call in calls}
        for leg in legs:
            if leg not in carried:
                line.send("BYE", leg)
        for leg, call in carried.items():
            if leg not in legs and (
                call.state == "ringing" or (call.direction == "outbound" and not call.agent_leg)
            ):
                self.invite(call)
            elif leg not in legs:
                self.exchange.hang_up(call, "agent")

    def line_left(self, line: SipLine, *, clean: bool) -> None:
        """`clean`: the page is gone, and the sound with it; otherwise its connection broke, and the
        sound goes on for a while.
        """
        line.close()
        if self.sip is not line:
            return
        self._unregister({})
        self.exchange.clock.call_later(0 if clean else LEG_SECONDS, self._legs_lost)

    def _unregister(self, message: dict[str, Any]) -> None:
        self.sip = None
        self.exchange.set_registered(self.extension, False)

    def _legs_lost(self) -> None:
        for call in self.exchange.calls_of(self.extension):
            if (
                self.sip is None
                and call.device == Device.BROWSER
                and (call.talking or call.agent_leg)
            ):
                self.exchange.hang_up(call, "agent")

    def _leg(self, message: dict[str, Any]) -> Call | None:
        wanted = message.get("call")
        return next(
            (
                call
                for call in self.exchange.calls_of(self.extension)
                if wanted == self.legs.get(call.id, call.id)
            ),
            None,
        )

    def _leg_answer(self, message: dict[str, Any]) -> None:
        call = self._leg(message)
        if call is None or not self.exchange.answer(call):
            assert self.sip is not None  # noqa: S101 - leg_arrived
            self.sip.send("BYE", message.get("call"))

    def _leg_reject(self, message: dict[str, Any]) -> None:
        call = self._leg(message)
        if call is not None:
            self.exchange.reject(call)

    def _leg_bye(self, message: dict[str, Any]) -> None:
        call = self._leg(message)
        if call is not None:
            self.exchange.hang_up(call, "agent")

    def _leg_invite(self, message: dict[str, Any]) -> None:
        self.coming_leg = str(message.get("call"))
        self.exchange.dial(self.extension, str(message.get("user")))

    def _leg_dtmf(self, message: dict[str, Any]) -> None:
        call = self._leg(message)
        if call is not None:
            self.exchange.dtmf(call, str(message.get("tones")))


_LEG: dict[str, Callable[[VccLeg, dict[str, Any]], None]] = {
    "UNREGISTER": VccLeg._unregister,
    "ANSWER": VccLeg._leg_answer,
    "REJECT": VccLeg._leg_reject,
    "BYE": VccLeg._leg_bye,
    "CANCEL": VccLeg._leg_bye,
    "INVITE": VccLeg._leg_invite,
    "DTMF": VccLeg._leg_dtmf,
}
