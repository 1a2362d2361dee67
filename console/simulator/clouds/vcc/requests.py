"""The requests of a VCC agent's tabs on the agent server's socket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...exchange import Call, Device, Exchange, Transfer
from ...exchange.faults import Faults
from . import codes
from .agent_record import AgentRecord
from .codes import Id
from .domain import ROLE_DEVICES
from .media_leg import MediaLeg
from .tabs import Tab, Tabs

SURVEY = "999"  # a survey is a transfer to a number; which one does not matter to the exchange

Message = dict[str, Any]


class TabRequests:
    """`offers`: the transfers that await this agent's consent, by call."""

    def __init__(
        self,
        exchange: Exchange,
        faults: Faults,
        record: AgentRecord,
        tabs: Tabs,
        leg: MediaLeg,
        offers: dict[str, Transfer],
    ) -> None:
        self._exchange, self._faults, self._record = exchange, faults, record
        self._tabs, self._leg, self._offers = tabs, leg, offers

    def handle(self, tab: Tab, message: Message) -> None:
        handler = _HANDLERS.get(message.get("objectId"))
        if handler is not None:
            handler(self, tab, message)

    def _ping(self, tab: Tab, message: Message) -> None:
        """Only an echo."""
        tab.send(Id.PING)

    def _voice(self, tab: Tab, message: Message) -> None:
        self._tabs.take_voice(tab)

    def _status(self, tab: Tab, message: Message) -> None:
        presence = codes.PRESENCES.get(message.get("callStatus", ""), "")
        self._exchange.set_presence(self._record.extension, presence)

    def _device(self, tab: Tab, message: Message) -> None:
        """A desk phone and the vendor's softphone only for agents whose role has one."""
        if self._faults.happens("device_unanswered", self._record.extension):
            return
        type, phone = message.get("deviceType"), str(message.get("phone") or "")
        needs_role = type in (Device.DESK_PHONE, Device.SOFTPHONE)
        if not isinstance(type, int) or (
            needs_role and ROLE_DEVICES.get(self._record.role) != type
        ):
            type = 0
        self._exchange.set_device(self._record.extension, type, phone or None)

    # Calls
    # --------------------------------------------------------------------------------------------

    def _callout(self, tab: Tab, message: Message) -> None:
        if self._tabs.has_voice(tab):
            self._exchange.dial(self._record.extension, str(message.get("number")))

    def _call_end(self, tab: Tab, message: Message) -> None:
        call = self._record.current
        if call is None:
            tab.send(Id.CALL_ERROR, text=codes.NO_CALL)
        else:
            self._exchange.hang_up(call, "agent")

    def _hold(self, tab: Tab, message: Message) -> None:
        wanted = message.get("hold") is True
        tab.send(Id.HOLD, result=self._try_hold(self._record.current, wanted), hold=wanted)

    def _try_hold(self, call: Call | None, wanted: bool) -> str:
        if call is None:
            return codes.NO_CALL
        if not call.talking:
            return codes.HOLD_WHILE_RINGING
        if wanted == (call.state == "held"):
            return codes.ON_HOLD if wanted else codes.NOT_ON_HOLD
        done = self._exchange.hold(call) if wanted else self._exchange.unhold(call)
        return "OK" if done else codes.NOT_AVAILABLE

    def _mute(self, tab: Tab, message: Message) -> None:
        """The scripts' malformed message, of muting an outbound call, is ignored."""
        wanted = message.get("mute")
        if isinstance(wanted, bool):
            tab.send(Id.MUTE, result=self._try_mute(self._record.current, wanted), mute=wanted)

    def _try_mute(self, call: Call | None, wanted: bool) -> str:
        if call is None or call.direction != "inbound":
            return codes.NO_CALL
        if not call.talking:
            return codes.MUTE_WHILE_RINGING
        if call.state == "held":
            return codes.ON_HOLD
        self._leg.send(call, "HEARD", on=not wanted)
        return "OK"

    # Transfers
    # ----------------------------------------------------------------------------------------

    def _agents(self, tab: Tab, message: Message) -> None:
        free = [
            agent
            for agent in self._exchange.agents.values()
            if agent.extension != self._record.extension and agent.reachable and not agent.calls
        ]
        states = {"status": "AVAILABLE", "state": "READY"}
        agents = [{"ipPhone": agent.extension, "userName": agent.name, **states} for agent in free]
        tab.send(Id.AGENTS, agents=agents)

    def _transfer_agent(self, tab: Tab, message: Message) -> None:
        self._transfer(tab, str(message.get("ipphone")))

    def _transfer_acd(self, tab: Tab, message: Message) -> None:
        if self._record.current is None:
            tab.send(Id.TRANSFER_RESPONSE, status="NOK")
        else:
            self._transfer(tab, "queue")

    def _transfer(self, tab: Tab, to: str) -> None:
        call = self._record.current
        if call is None:
            tab.send(Id.TRANSFER_ERROR, error=codes.NO_CALL_TO_TRANSFER)
        else:
            known = to == "queue" or to in self._exchange.agents
            self._exchange.transfer(call, to if known else "")

    def _transfer_response(self, tab: Tab, message: Message) -> None:
        transfer = self._offers.pop(str(message.get("callId")), None)
        if transfer is not None:
            self._exchange.answer_transfer(transfer, accept=message.get("accepted") is True)

    def _survey(self, tab: Tab, message: Message) -> None:
        call = self._record.current
        if call is None or not call.talking:
            tab.send(Id.SURVEY, status="NOK")
        else:
            self._exchange.transfer(call, SURVEY)


_HANDLERS: dict[Any, Callable[[TabRequests, Tab, Message], None]] = {
    Id.PING: TabRequests._ping,
    Id.VOICE: TabRequests._voice,
    Id.STATUS: TabRequests._status,
    Id.DEVICE: TabRequests._device,
    Id.CALLOUT: TabRequests._callout,
    Id.CALL_END: TabRequests._call_end,
    Id.HOLD: TabRequests._hold,
    Id.MUTE: TabRequests._mute,
    Id.AGENTS: TabRequests._agents,
    Id.TRANSFER_AGENT: TabRequests._transfer_agent,
    Id.TRANSFER_ACD: TabRequests._transfer_acd,
    Id.TRANSFER_RESPONSE: TabRequests._transfer_response,
    Id.SURVEY: TabRequests._survey,
}
