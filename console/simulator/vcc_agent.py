"""One agent of the pretend VCC cloud: tabs, of which one has the voice, and what they may
ask for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import vcc_words as words
from .exchange import Call, Device
from .exchange.wire import Wire
from .vcc_leg import VccLeg
from .vcc_news import Tab
from .vcc_words import Id

COMES_BACK_SECONDS = 30.0  # so long the voice is kept for a tab whose connection broke
SURVEY = "999"  # the exchange hands a call on to a number; the survey's own does not matter to it


class VccAgent(VccLeg):
    owner = ""  # the key of the tab that has the voice

    # Tabs
    # -------------------------------------------------------------------------------------------------------------

    def log_in(self, key: str, wire: Wire) -> Tab:
        """The first tab gets the voice; one that comes back has it still.

        It is told nothing of a call that goes on.
        """
        self.tabs = [tab for tab in self.tabs if tab.key != key]
        tab = Tab(key, wire)
        self.tabs.append(tab)
        self.owner = self.owner or key
        tab.send(
            Id.LOGIN,
            code=200,
            callStatus=self.status,
            enableVoice=self.owner == key,
            deviceType=self.device_type,
        )
        self.exchange.set_registered(self.extension, self.sip is not None)
        self.exchange.connect(self.extension, self)
        return tab

    def left(self, tab: Tab, *, clean: bool) -> None:
        """`clean`: the page is gone; otherwise its connection broke, and it may come back."""
        tab.wire.close()
        if tab not in self.tabs:
            return
        self.tabs.remove(tab)
        self.exchange.clock.call_later(
            0 if clean else COMES_BACK_SECONDS, lambda: self._give_up(tab.key)
        )
        if not self.tabs:
            self.exchange.disconnect(self.extension, self)

    def _give_up(self, key: str) -> None:
        if self.owner == key and all(tab.key != key for tab in self.tabs):
            self.owner = ""

    @property
    def current(self) -> Call | None:
        return next(iter(self.exchange.calls_of(self.extension)), None)

    # What a tab asks for
    # ------------------------------------------------------------------------------------------------

    def asked(self, tab: Tab, message: dict[str, Any]) -> None:
        todo = _REQUESTS.get(message.get("objectId"))
        if todo is not None:
            todo(self, tab, message)

    def _ping(self, tab: Tab, message: dict[str, Any]) -> None:
        """Only an echo."""
        tab.send(Id.PING)

    def _voice(self, tab: Tab, message: dict[str, Any]) -> None:
        before, self.owner = self.owner, tab.key
        for other in self.tabs:
            if other.key in (before, tab.key):
                other.send(Id.VOICE, enableVoice=other is tab, deviceType=self.device_type)

    def _status(self, tab: Tab, message: dict[str, Any]) -> None:
        self.exchange.set_presence(
            self.extension, words.PRESENCES.get(message.get("callStatus", ""), "")
        )

    def _ask_device(self, tab: Tab, message: dict[str, Any]) -> None:
        """A desk phone and the vendor's softphone only for agents whose role has one."""
        if self.faults.happens("device_unanswered", self.extension):
            return
        type, phone = message.get("deviceType"), str(message.get("phone") or "")
        if (
            type in (Device.DESK_PHONE, Device.SOFTPHONE)
            and words.ROLE_DEVICES.get(self.role) != type
        ):
            type = 0
        self.exchange.set_device(
            self.extension, type if isinstance(type, int) else 0, phone or None
        )

    def _callout(self, tab: Tab, message: dict[str, Any]) -> None:
        if tab.key == self.owner:
            self.exchange.dial(self.extension, str(message.get("number")))

    def _call_end(self, tab: Tab, message: dict[str, Any]) -> None:
        call = self.current
        if call is None:
            tab.send(Id.CALL_ERROR, text=words.NO_CALL)
        else:
            self.exchange.hang_up(call, "agent")

    def _hold(self, tab: Tab, message: dict[str, Any]) -> None:
        wanted = message.get("hold") is True
        tab.send(Id.HOLD, result=self._try_hold(self.current, wanted), hold=wanted)

    def _try_hold(self, call: Call | None, wanted: bool) -> str:
        if call is None:
            return words.NO_CALL
        if not call.talking:
            return words.HOLD_WHILE_RINGING
        if wanted == (call.state == "held"):
            return words.ON_HOLD if wanted else words.NOT_ON_HOLD
        done = self.exchange.hold(call) if wanted else self.exchange.unhold(call)
        return "OK" if done else words.NOT_AVAILABLE

    def _mute(self, tab: Tab, message: dict[str, Any]) -> None:
        """What comes of muting an outbound call asks for nothing that is known here, and is passed
        over.
        """
        wanted, call = message.get("mute"), self.current
        if isinstance(wanted, bool):
            tab.send(Id.MUTE, result=self._try_mute(call, wanted), mute=wanted)

    def _try_mute(self, call: Call | None, wanted: bool) -> str:
        if call is None or call.direction != "inbound":
            return words.NO_CALL
        if not call.talking:
            return words.MUTE_WHILE_RINGING
        if call.state == "held":
            return words.ON_HOLD
        (self.muted.add if wanted else self.muted.discard)(call.id)
        self.tell_leg(call, "HEARD", on=not wanted)
        return "OK"

    # Handing a call on
    # ----------------------------------------------------------------------------------------------------

    def _agents(self, tab: Tab, message: dict[str, Any]) -> None:
        others = [
            agent for agent in self.exchange.agents.values() if agent.extension != self.extension
        ]
        free = [agent for agent in others if agent.reachable and not agent.calls]
        agents = [
            {
                "ipPhone": agent.extension,
                "userName": agent.name,
                "status": "AVAILABLE",
                "state": "READY",
            }
            for agent in free
        ]
        tab.send(Id.AGENTS, agents=agents)

    def _transfer_agent(self, tab: Tab, message: dict[str, Any]) -> None:
        self._hand_on(tab, str(message.get("ipphone")))

    def _transfer_acd(self, tab: Tab, message: dict[str, Any]) -> None:
        if self.current is None:
            tab.send(Id.TRANSFER_RESPONSE, status="NOK")
        else:
            self._hand_on(tab, "queue")

    def _hand_on(self, tab: Tab, to: str) -> None:
        call = self.current
        if call is None:
            tab.send(Id.TRANSFER_ERROR, error="COULD_NOT_GET_CALL_INFO")
        else:
            self.exchange.transfer(call, to if to == "queue" or to in self.exchange.agents else "")

    def _transfer_response(self, tab: Tab, message: dict[str, Any]) -> None:
        wish = self.offers.pop(str(message.get("callId")), None)
        if wish is not None:
            self.exchange.answer_transfer(wish, accept=message.get("accepted") is True)

    def _survey(self, tab: Tab, message: dict[str, Any]) -> None:
        call = self.current
        if call is None or not call.talking:
            tab.send(Id.SURVEY, status="NOK")
        else:
            self.exchange.transfer(call, SURVEY)


_REQUESTS: dict[Any, Callable[[VccAgent, Tab, dict[str, Any]], None]] = {
    Id.PING: VccAgent._ping,
    Id.VOICE: VccAgent._voice,
    Id.STATUS: VccAgent._status,
    Id.DEVICE: VccAgent._ask_device,
    Id.CALLOUT: VccAgent._callout,
    Id.CALL_END: VccAgent._call_end,
    Id.HOLD: VccAgent._hold,
    Id.MUTE: VccAgent._mute,
    Id.AGENTS: VccAgent._agents,
    Id.TRANSFER_AGENT: VccAgent._transfer_agent,
    Id.TRANSFER_ACD: VccAgent._transfer_acd,
    Id.TRANSFER_RESPONSE: VccAgent._transfer_response,
    Id.SURVEY: VccAgent._survey,
}
