"""What the exchange tells a VCC agent, in the words of the vendor's two channels: the agent
server's messages and the media leg's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import vcc_words as words
from .exchange import Call, Device, Exchange, Transfer
from .exchange.enums import NO_ANSWER
from .exchange.faults import Faults
from .exchange.wire import Wire
from .vcc_sip import SipLine
from .vcc_words import Id

FAILED_SECONDS = 0.2  # between the reason and the end of the leg
# the presence that a missed call leads to follows the call's end, though on another channel
MISSED_SECONDS = 0.2


class Tab:
    """One logged-in page, on whatever machine.

    `key`: the same when it comes back after a broken connection.
    """

    def __init__(self, key: str, wire: Wire) -> None:
        self.key, self.wire = key, wire

    def send(self, id: Id, **fields: Any) -> None:
        self.wire.deliver({"objectId": int(id), **fields})


class VccNews:
    """Hears `news` (exchange.CloudAdapter).

    `sip`: the browser that carries the agent's sound, if one does.
    """

    def __init__(self, exchange: Exchange, faults: Faults, extension: str, role: int) -> None:
        self.exchange, self.faults, self.extension, self.role = exchange, faults, extension, role
        self.tabs: list[Tab] = []
        self.sip: SipLine | None = None
        self.legs: dict[str, str] = {}  # call → its leg, where the browser has named it
        self.coming_leg = ""  # of a call that the browser has begun, while the exchange makes it
        self.muted: set[str] = set()
        self.offers: dict[str, Transfer] = {}
        self.device_before = int(exchange.agents[extension].device)

    def tell(self, id: Id, **fields: Any) -> None:
        """All tabs: those without the voice pass over what concerns calls."""
        for tab in list(self.tabs):
            tab.send(id, **fields)

    def tell_leg(self, call: Call, method: str, **more: Any) -> None:
        if self.sip is not None and call.device == Device.BROWSER:
            self.sip.send(method, self.legs.get(call.id, call.id), **more)

    def invite(self, call: Call) -> None:
        if self.sip is not None and call.device == Device.BROWSER:
            self.sip.invite(
                call, microphone=not self.faults.happens("no_microphone", self.extension)
            )

    @property
    def status(self) -> str:
        return words.STATUSES[self.exchange.agents[self.extension].presence]

    @property
    def device_type(self) -> int:
        return int(self.exchange.agents[self.extension].device)

    def on_event(self, kind: str, call: Call | None, **facts: Any) -> None:
        dialled_here = call is not None and (call.id in self.legs or kind == "dialing")
        todo = self._dialled_here(kind) if dialled_here else _NEWS.get(kind)
        if todo is not None:
            todo(self, call, **facts)

    # Calls that go through the agent server
    # -----------------------------------------------------------------

    def ringing(self, call: Call, **_: Any) -> None:
        self.invite(call)
        self.tell_ring(call)

    def tell_ring(self, call: Call) -> None:
        who = {
            "callId": call.id,
            "caller": call.number,
            "callerName": "",
            "agentId": int(self.extension),
        }
        where = {"line": words.HOTLINE, "queueDescription": words.QUEUE if call.from_queue else ""}
        self.tell(Id.RING, **who, **where, callDirection=words.DIRECTIONS[call.direction])

    def tell_callout(self, call: Call, status: str, **more: Any) -> None:
        self.tell(
            Id.CALLOUT,
            status=status,
            callId=call.id,
            number=call.number,
            line=words.HOTLINE,
            **more,
        )

    def agent_ringing(self, call: Call, **_: Any) -> None:
        self.invite(call)

    def agent_answered(self, call: Call, **_: Any) -> None:
        self.tell_leg(call, "CONFIRMED")
        if call.direction == "outbound":
            self.tell_callout(call, "STARTING")
        else:
            self.tell(Id.AGENT_ANSWER, callId=call.id)

    def customer_ringing(self, call: Call, **_: Any) -> None:
        self.tell_callout(call, "RINGING")

    def customer_answered(self, call: Call, **_: Any) -> None:
        self.tell_leg(call, "SPEAK", on=True)
        self.tell_callout(call, "ANSWER")

    def failed(
        self, call: Call, *, sip_code: int | None = None, code: str | None = None, **_: Any
    ) -> None:
        error, sip = words.code_of(code, sip_code, agent_leg=call.agent_leg)
        self.tell_callout(call, "ERROR", errorCode=error, **({"sipCode": sip} if sip else {}))

    def held(self, call: Call, **_: Any) -> None:
        self.tell_leg(call, "HOLD", on=True)

    def resumed(self, call: Call, **_: Any) -> None:
        self.tell_leg(call, "HOLD", on=False)

    def ended(self, call: Call, **_: Any) -> None:
        """In a browser the leg's end says it; the agent server says it to all, of a failed call
        before the leg ends.
        """
        failed = call.direction == "outbound" and call.answered is None and call.ended_by != "agent"
        if failed:
            self.exchange.clock.call_later(
                FAILED_SECONDS, lambda: self.tell_leg(call, "BYE", code=call.sip_code)
            )
        else:
            self.tell_leg(call, "BYE", code=call.sip_code)
        if call.direction == "outbound":
            self.tell_callout(call, "TERMINATE" if call.ended_by == "agent" else "ENDCALL")
        else:
            self.tell(Id.CALL_END, callId=call.id)
        self.muted.discard(call.id)

    # Calls that the browser has dialled by SIP: the agent server says nothing of them
    # -----------------------------

    def _dialled_here(self, kind: str) -> Callable[..., None] | None:
        return {
            "dialing": VccNews._leg_begins,
            "agent_ringing": VccNews._leg_is_up,
            "customer_ringing": VccNews._leg_rings,
            "customer_answered": VccNews._leg_answered,
            "failed": VccNews._leg_failed,
            "held": VccNews.held,
            "resumed": VccNews.resumed,
            "ended": VccNews._leg_over,
        }.get(kind)

    def _leg_begins(self, call: Call, **_: Any) -> None:
        if self.coming_leg:
            self.legs[call.id], self.coming_leg = self.coming_leg, ""

    def _leg_is_up(self, call: Call, **_: Any) -> None:
        self.exchange.answer(call)

    def _leg_rings(self, call: Call, **_: Any) -> None:
        self.tell_leg(call, "RINGING")

    def _leg_answered(self, call: Call, **_: Any) -> None:
        self.tell_leg(call, "ACCEPTED")

    def _leg_failed(self, call: Call, *, sip_code: int | None = None, **_: Any) -> None:
        self.tell_leg(call, "FAILED", code=sip_code or 480)

    def _leg_over(self, call: Call, **_: Any) -> None:
        self.tell_leg(call, "BYE", code=call.sip_code)
        self.legs.pop(call.id, None)

    # The agent himself
    # ----------------------------------------------------------------------------------------------

    def presence(self, call: None, *, value: str, **_: Any) -> None:
        if value == NO_ANSWER:
            self.exchange.clock.call_later(
                MISSED_SECONDS, lambda: self.tell(Id.STATUS, callStatus=self.status)
            )
        else:
            self.tell(Id.STATUS, callStatus=self.status)

    def device(self, call: None, *, value: int, asked: int, **_: Any) -> None:
        self.tell(
            Id.DEVICE,
            result=int(value == asked),
            oldDeviceType=self.device_before,
            newDeviceType=asked,
        )
        self.device_before = value

    # Handing a call on
    # ------------------------------------------------------------------------------------------------

    def transfer_asked(self, call: Call, *, transfer: Transfer, **_: Any) -> None:
        """The offer does not name the caller."""
        self.offers[call.id] = transfer
        self.tell(
            Id.TRANSFER_ASKED,
            request={
                "callId": call.id,
                "dropAgentId": call.extension,
                "newAgentId": self.extension,
            },
        )

    def transfer_withdrawn(self, call: Call, **_: Any) -> None:
        """Nobody is told."""
        self.offers.pop(call.id, None)

    def transfer_accepted(self, call: Call, **_: Any) -> None:
        self.tell(Id.TRANSFER_RESPONSE, status="OK")

    def transfer_refused(self, call: Call, **_: Any) -> None:
        self.tell(Id.TRANSFER_RESPONSE, status="NOK")

    def transfer_done(self, call: Call, *, transfer: Transfer, **_: Any) -> None:
        if transfer.to == "queue":
            self.tell(Id.TRANSFER_RESPONSE, status="OK")
        elif transfer.to in self.exchange.agents:
            self.tell(
                Id.TRANSFER_SUCCESS, agent={"superAgent": self.extension, "ipphone": transfer.to}
            )
        else:
            self.tell(Id.SURVEY, status="OK")

    def transfer_failed(self, call: Call, *, transfer: Transfer, code: str, **_: Any) -> None:
        if transfer.to == "queue":
            self.tell(Id.TRANSFER_RESPONSE, status="NOK")
        else:
            agent = {"superAgent": self.extension, "ipphone": transfer.to}
            self.tell(Id.TRANSFER_ERROR, error=words.TRANSFER_ERRORS[code], agent=agent)


_NEWS: dict[str, Callable[..., None]] = {
    name: getattr(VccNews, name)
    for name in """ringing agent_ringing agent_answered customer_ringing customer_answered failed held resumed ended
        presence device transfer_asked transfer_withdrawn transfer_accepted transfer_refused transfer_done transfer_failed""".split()
}
