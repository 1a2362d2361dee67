"""The exchange's events for one VCC agent, in the vendor's two channels: messages of the agent
server, and of the media leg.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...exchange import Call, Exchange, Transfer
from ...exchange.enums import NO_ANSWER
from . import codes, domain
from .agent_record import AgentRecord
from .codes import Id
from .media_leg import MediaLeg
from .tabs import Tabs

FAILED_SECONDS = 0.2  # between the reason and the end of the leg
# The presence that a missed call leads to follows the call's end, though on another channel.
MISSED_SECONDS = 0.2


class VccAdapter:
    """A CloudAdapter. `offers`: the transfers that await this agent's consent, by call."""

    def __init__(
        self,
        exchange: Exchange,
        record: AgentRecord,
        tabs: Tabs,
        leg: MediaLeg,
        offers: dict[str, Transfer],
    ) -> None:
        self._exchange, self._record, self._offers = exchange, record, offers
        self._tabs, self._leg = tabs, leg
        self._device_before = record.device_type

    def on_event(self, kind: str, call: Call | None, **facts: Any) -> None:
        dialled_here = call is not None and (self._leg.has_dialled(call) or kind == "dialing")
        handler = (_BROWSER_DIALLED if dialled_here else _HANDLERS).get(kind)
        if handler is not None:
            handler(self, call, **facts)

    # Calls that go through the agent server
    # -----------------------------------------------------------------

    def _ringing(self, call: Call, **_: Any) -> None:
        self._leg.invite(call)
        self._tabs.send_all(
            Id.RING,
            callId=call.id,
            caller=call.number,
            callerName="",
            agentId=int(self._record.extension),
            line=domain.HOTLINE,
            queueDescription=domain.QUEUE if call.from_queue else "",
            callDirection=codes.DIRECTIONS[call.direction],
        )

    def _send_callout(self, call: Call, status: str, **more: Any) -> None:
        self._tabs.send_all(
            Id.CALLOUT,
            status=status,
            callId=call.id,
            number=call.number,
            line=domain.HOTLINE,
            **more,
        )

    def _agent_ringing(self, call: Call, **_: Any) -> None:
        self._leg.invite(call)

    def _agent_answered(self, call: Call, **_: Any) -> None:
        self._leg.send(call, "CONFIRMED")
        if call.direction == "outbound":
            self._send_callout(call, "STARTING")
        else:
            self._tabs.send_all(Id.AGENT_ANSWER, callId=call.id)

    def _customer_ringing(self, call: Call, **_: Any) -> None:
        self._send_callout(call, "RINGING")

    def _customer_answered(self, call: Call, **_: Any) -> None:
        self._leg.send(call, "SPEAK", on=True)
        self._send_callout(call, "ANSWER")

    def _failed(
        self, call: Call, *, sip_code: int | None = None, code: str | None = None, **_: Any
    ) -> None:
        error, sip = codes.callout_error(code, sip_code, agent_leg=call.agent_leg)
        self._send_callout(call, "ERROR", errorCode=error, **({"sipCode": sip} if sip else {}))

    def _held(self, call: Call, **_: Any) -> None:
        self._leg.send(call, "HOLD", on=True)

    def _resumed(self, call: Call, **_: Any) -> None:
        self._leg.send(call, "HOLD", on=False)

    def _ended(self, call: Call, **_: Any) -> None:
        """A browser learns it from the leg's end; all tabs from the agent server, of a failed call
        before the leg ends.
        """
        failed = call.direction == "outbound" and call.answered is None and call.ended_by != "agent"
        if failed:
            self._exchange.clock.call_later(FAILED_SECONDS, lambda: self._end_leg(call))
        else:
            self._end_leg(call)
        if call.direction == "outbound":
            self._send_callout(call, "TERMINATE" if call.ended_by == "agent" else "ENDCALL")
        else:
            self._tabs.send_all(Id.CALL_END, callId=call.id)

    def _end_leg(self, call: Call) -> None:
        self._leg.send(call, "BYE", code=call.sip_code)

    # Calls that the browser has dialled by SIP: the agent server is silent about them
    # -----------------------------

    def _leg_begins(self, call: Call, **_: Any) -> None:
        self._leg.name(call)

    def _leg_is_up(self, call: Call, **_: Any) -> None:
        self._exchange.answer(call)

    def _leg_rings(self, call: Call, **_: Any) -> None:
        self._leg.send(call, "RINGING")

    def _leg_answered(self, call: Call, **_: Any) -> None:
        self._leg.send(call, "ACCEPTED")

    def _leg_failed(self, call: Call, *, sip_code: int | None = None, **_: Any) -> None:
        self._leg.send(call, "FAILED", code=sip_code or 480)

    def _leg_over(self, call: Call, **_: Any) -> None:
        self._end_leg(call)
        self._leg.forget(call)

    # The agent
    # ------------------------------------------------------------------------------------

    def _presence(self, call: None, *, value: str, **_: Any) -> None:
        if value == NO_ANSWER:
            self._exchange.clock.call_later(MISSED_SECONDS, self._send_status)
        else:
            self._send_status()

    def _send_status(self) -> None:
        self._tabs.send_all(Id.STATUS, callStatus=self._record.status)

    def _device(self, call: None, *, value: int, asked: int, **_: Any) -> None:
        self._tabs.send_all(
            Id.DEVICE,
            result=int(value == asked),
            oldDeviceType=self._device_before,
            newDeviceType=asked,
        )
        self._device_before = value

    # Transfers
    # ------------------------------------------------------------------------------------

    def _transfer_asked(self, call: Call, *, transfer: Transfer, **_: Any) -> None:
        """The offer does not name the caller."""
        self._offers[call.id] = transfer
        offer = {"callId": call.id, "dropAgentId": call.extension}
        self._tabs.send_all(
            Id.TRANSFER_ASKED, request=offer | {"newAgentId": self._record.extension}
        )

    def _transfer_withdrawn(self, call: Call, **_: Any) -> None:
        """Nobody is notified."""
        self._offers.pop(call.id, None)

    def _transfer_accepted(self, call: Call, **_: Any) -> None:
        self._tabs.send_all(Id.TRANSFER_RESPONSE, status="OK")

    def _transfer_refused(self, call: Call, **_: Any) -> None:
        self._tabs.send_all(Id.TRANSFER_RESPONSE, status="NOK")

    def _transfer_done(self, call: Call, *, transfer: Transfer, **_: Any) -> None:
        if transfer.to == "queue":
            self._tabs.send_all(Id.TRANSFER_RESPONSE, status="OK")
        elif transfer.to in self._exchange.agents:
            self._tabs.send_all(Id.TRANSFER_SUCCESS, agent=self._between(transfer))
        else:
            self._tabs.send_all(Id.SURVEY, status="OK")

    def _transfer_failed(self, call: Call, *, transfer: Transfer, code: str, **_: Any) -> None:
        if transfer.to == "queue":
            self._tabs.send_all(Id.TRANSFER_RESPONSE, status="NOK")
        else:
            error = codes.TRANSFER_ERRORS[code]
            self._tabs.send_all(Id.TRANSFER_ERROR, error=error, agent=self._between(transfer))

    def _between(self, transfer: Transfer) -> dict[str, str]:
        return {"superAgent": self._record.extension, "ipphone": transfer.to}


Handlers = dict[str, Callable[..., None]]
_HANDLERS: Handlers = {
    "ringing": VccAdapter._ringing,
    "agent_ringing": VccAdapter._agent_ringing,
    "agent_answered": VccAdapter._agent_answered,
    "customer_ringing": VccAdapter._customer_ringing,
    "customer_answered": VccAdapter._customer_answered,
    "failed": VccAdapter._failed,
    "held": VccAdapter._held,
    "resumed": VccAdapter._resumed,
    "ended": VccAdapter._ended,
    "presence": VccAdapter._presence,
    "device": VccAdapter._device,
    "transfer_asked": VccAdapter._transfer_asked,
    "transfer_withdrawn": VccAdapter._transfer_withdrawn,
    "transfer_accepted": VccAdapter._transfer_accepted,
    "transfer_refused": VccAdapter._transfer_refused,
    "transfer_done": VccAdapter._transfer_done,
    "transfer_failed": VccAdapter._transfer_failed,
}
_BROWSER_DIALLED: Handlers = {
    "dialing": VccAdapter._leg_begins,
    "agent_ringing": VccAdapter._leg_is_up,
    "customer_ringing": VccAdapter._leg_rings,
    "customer_answered": VccAdapter._leg_answered,
    "failed": VccAdapter._leg_failed,
    "held": VccAdapter._held,
    "resumed": VccAdapter._resumed,
    "ended": VccAdapter._leg_over,
}
