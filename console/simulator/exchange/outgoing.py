"""Agents who dial: customers, each other, and numbers that do not exist."""

from __future__ import annotations

from collections.abc import Mapping

from .calls import Calls
from .chance import Chance
from .enums import Device
from .events import EventQueue, request
from .model import Agent, Call
from .outcomes import CAUSES, Outcome, outcome_of
from .ringing import Ringing
from .timers import Timers

AGENT_SECONDS = 10.0  # the agent's own device must pick up within


class Outgoing:
    def __init__(
        self,
        agents: Mapping[str, Agent],
        calls: Calls,
        events: EventQueue,
        timers: Timers,
        ringing: Ringing,
        chance: Chance,
    ) -> None:
        self._agents, self._calls, self.events = agents, calls, events
        self._timers, self._ringing, self._chance = timers, ringing, chance

    @request
    def dial(self, extension: str, number: str) -> Call:
        """Call the agent's own device first (`agent_ringing`: a browser picks up by `answer`,
        others by themselves), then the far end.

        A colleague is called at once, without a leg to the agent: direction `internal`, one Call
        for each of the two. The last three digits of other numbers decide the outcome.
        """
        agent = self._agents[extension]
        call = self._calls.new(number, "internal" if number in self._agents else "outbound")
        call.extension, call.device = extension, agent.device
        if agent.free_line is None:
            self.events.publish("dialing", call)
            call.state = "dialing"
            self._calls.end(call, "failed", "system", code="agent_busy")
            return call
        self._calls.attach(call, agent, "dialing")
        self.events.publish("dialing", call)
        if call.direction == "internal":
            self._call_colleague(call, self._agents[number])
        else:
            self._call_outside(call, agent)
        return call

    # Customers
    # ----------------------------------------------------------------------------------------

    def _call_outside(self, call: Call, agent: Agent) -> None:
        outcome = call.outcome = outcome_of(call.number, self._chance)
        if outcome.code is not None:
            self._timers.start(call, "customer", outcome.after, lambda: self._fail(call, outcome))
            return
        self.events.publish("agent_ringing", call)
        if agent.device == Device.BROWSER:
            self._timers.start(call, "agent", AGENT_SECONDS, lambda: self._agent_lost(call))
        else:
            seconds = self._chance.between(1.0, 2.0)
            self._timers.start(call, "agent", seconds, lambda: self.agent_picks_up(call))

    def _agent_lost(self, call: Call) -> None:
        self._calls.end(call, "failed", "system", code="agent_unreachable")

    def agent_picks_up(self, call: Call) -> None:
        """The agent's own leg is up: now the customer is called."""
        outcome = call.outcome
        if outcome is None or outcome.code is not None:
            return
        call.agent_leg = True
        self._timers.cancel(call, "agent")
        self.events.publish("agent_answered", call)
        if outcome.ring is not None:
            self._timers.start(
                call, "customer_ring", outcome.ring, lambda: self._customer_rings(call)
            )
        self._timers.start(call, "customer", outcome.after, lambda: self._settle(call, outcome))

    def agent_refuses(self, call: Call) -> bool:
        """The agent's own device refuses its leg. False: there is no such leg."""
        if call.state != "dialing" or not self._timers.has(call, "agent"):
            return False
        self._agent_lost(call)
        return True

    def _settle(self, call: Call, outcome: Outcome) -> None:
        if outcome.sip_code:
            self._fail(call, outcome)
        else:
            self.customer_answers(call)

    def _customer_rings(self, call: Call) -> None:
        call.customer_rang = self._timers.now()
        self.events.publish("customer_ringing", call)

    def _fail(self, call: Call, outcome: Outcome) -> None:
        self._calls.end(
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
        self._calls.talk(call)
        self.events.publish("customer_answered", call)
        return True

    # Colleagues
    # -----------------------------------------------------------------------------------------

    def _call_colleague(self, call: Call, colleague: Agent) -> None:
        if not colleague.reachable:
            return self._calls.end(call, "unreachable", "remote", sip_code=480)
        if colleague.free_line is None or colleague.extension == call.extension:
            return self._calls.end(call, "busy", "remote", sip_code=486)
        theirs = self._calls.new(call.extension or "", "internal", call.conversation)
        call.peer, theirs.peer = theirs, call
        call.agent_leg, call.customer_rang = True, self._timers.now()
        self._ringing.start(theirs, colleague)
        self.events.publish("customer_ringing", call)
        return None

    def connect_peer(self, call: Call) -> None:
        """The colleague has answered: the caller's part talks too."""
        if call.peer is not None and call.peer.state == "dialing":
            self._calls.talk(call.peer)
            self.events.publish("customer_answered", call.peer)

    def end_peer(self, call: Call, before: str) -> None:
        """End the other part of an internal call."""
        peer = call.peer
        if peer is None or not peer.live:
            return
        if peer.talking:
            self._calls.end(peer, "completed", "remote")
        elif peer.state == "ringing":
            self._calls.end(peer, "missed", "remote")
        elif call.cause == "rejected":
            self._calls.end(peer, "rejected", "remote", sip_code=603)
        else:
            self._calls.end(peer, "no_answer", "remote", sip_code=408)
