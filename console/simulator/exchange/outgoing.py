"""Agents who dial: customers, each other, and numbers that do not exist."""

from __future__ import annotations

from .chance import Chance
from .core import Core
from .enums import Device
from .events import request
from .model import Agent, Call
from .outcomes import CAUSES, Outcome, outcome_of

AGENT_SECONDS = 10.0  # the agent's own device must pick up within


class Outgoing:
    def __init__(self, core: Core, chance: Chance) -> None:
        self._core, self._chance = core, chance
        self.events = core.events

    @request
    def dial(self, extension: str, number: str) -> Call:
        """Call the agent's own device first (`agent_ringing`: a browser picks up by `answer`,
        others by themselves), then the far end.

        A colleague is called at once, without a leg to the agent: direction `internal`, one Call
        for each of the two. The last three digits of other numbers decide the outcome.
        """
        agent = self._core.agents[extension]
        call = self._core.calls.new(
            number, "internal" if number in self._core.agents else "outbound"
        )
        call.extension, call.device = extension, agent.device
        if agent.free_line is None:
            self.events.publish("dialing", call)
            call.state = "dialing"
            self._core.calls.end(call, "failed", "system", code="agent_busy")
            return call
        self._core.calls.attach(call, agent, "dialing")
        self.events.publish("dialing", call)
        if call.direction == "internal":
            self._call_colleague(call, self._core.agents[number])
        else:
            self._call_outside(call, agent)
        return call

    # Customers
    # ----------------------------------------------------------------------------------------

    def _call_outside(self, call: Call, agent: Agent) -> None:
        outcome = call.outcome = outcome_of(call.number, self._chance)
        if outcome.code is not None:
            self._core.timers.start(
                call, "customer", outcome.after, lambda: self._fail(call, outcome)
            )
            return
        self.events.publish("agent_ringing", call)
        if agent.device == Device.BROWSER:
            self._core.timers.start(call, "agent", AGENT_SECONDS, lambda: self._agent_lost(call))
        else:
            seconds = self._chance.between(1.0, 2.0)
            self._core.timers.start(call, "agent", seconds, lambda: self.agent_picks_up(call))

    def _agent_lost(self, call: Call) -> None:
        self._core.calls.end(call, "failed", "system", code="agent_unreachable")

    def agent_picks_up(self, call: Call) -> None:
        """The agent's own leg is up: now the customer is called."""
        outcome = call.outcome
        if outcome is None or outcome.code is not None:
            return
        call.agent_leg = True
        self._core.timers.cancel(call, "agent")
        self.events.publish("agent_answered", call)
        if outcome.ring is not None:
            self._core.timers.start(
                call, "customer_ring", outcome.ring, lambda: self._customer_rings(call)
            )
        self._core.timers.start(
            call, "customer", outcome.after, lambda: self._settle(call, outcome)
        )

    def agent_refuses(self, call: Call) -> bool:
        """The agent's own device refuses its leg. False: there is no such leg."""
        if call.state != "dialing" or not self._core.timers.has(call, "agent"):
            return False
        self._agent_lost(call)
        return True

    def _settle(self, call: Call, outcome: Outcome) -> None:
        if outcome.sip_code:
            self._fail(call, outcome)
        else:
            self.customer_answers(call)

    def _customer_rings(self, call: Call) -> None:
        call.customer_rang = self._core.timers.now()
        self.events.publish("customer_ringing", call)

    def _fail(self, call: Call, outcome: Outcome) -> None:
        self._core.calls.end(
            call,
            CAUSES.get(outcome.sip_code or 0, "failed"),
            "system" if outcome.code else "remote",
            sip_code=outcome.sip_code,
            code=outcome.code,
        )

    @request
    def customer_answers(self, call: Call) -> bool:
        """The called customer picks up: in their time, or at once by hand. Colleagues answer for
        themselves.
        """
        if call.state != "dialing" or not call.agent_leg or call.peer is not None:
            return False
        if call.customer_rang is None:
            self._customer_rings(call)
        self._core.calls.talk(call)
        self.events.publish("customer_answered", call)
        return True

    # Colleagues
    # -----------------------------------------------------------------------------------------

    def _call_colleague(self, call: Call, colleague: Agent) -> None:
        if not colleague.reachable:
            return self._core.calls.end(call, "unreachable", "remote", sip_code=480)
        if colleague.free_line is None or colleague.extension == call.extension:
            return self._core.calls.end(call, "busy", "remote", sip_code=486)
        theirs = self._core.calls.new(call.extension or "", "internal", call.conversation)
        call.peer, theirs.peer = theirs, call
        call.agent_leg, call.customer_rang = True, self._core.timers.now()
        self._core.ringing.start(theirs, colleague)
        self.events.publish("customer_ringing", call)
        return None

    def connect_peer(self, call: Call) -> None:
        """The colleague has answered: the caller's part talks too."""
        if call.peer is not None and call.peer.state == "dialing":
            self._core.calls.talk(call.peer)
            self.events.publish("customer_answered", call.peer)

    def end_peer(self, call: Call, before: str) -> None:
        """End the other part of an internal call."""
        peer = call.peer
        if peer is None or not peer.live:
            return
        if peer.talking:
            self._core.calls.end(peer, "completed", "remote")
        elif peer.state == "ringing":
            self._core.calls.end(peer, "missed", "remote")
        elif call.cause == "rejected":
            self._core.calls.end(peer, "rejected", "remote", sip_code=603)
        else:
            self._core.calls.end(peer, "no_answer", "remote", sip_code=408)
