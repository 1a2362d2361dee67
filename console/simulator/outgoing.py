"""Agents who dial: customers, each other, and numbers that do not exist."""

from __future__ import annotations

from .exchange_core import told
from .incoming import Incoming
from .words import CAUSES, Agent, Call, Device, Outcome, outcome_of

AGENT_SECONDS = 10.0  # the agent's own device must pick up within


class Outgoing(Incoming):
    @told
    def dial(self, extension: str, number: str) -> Call:
        """First the agent's own device rings (`agent_ringing`: a browser picks up by `answer`,
        others by themselves), then the far end.

        Another agent's extension is called at once, without a leg to the agent: direction
        `internal`, one Call for each of the two. The last three digits of other numbers decide the
        outcome (words.MAGIC).
        """
        agent = self.agents[extension]
        call = self.new_call(number, "internal" if number in self.agents else "outbound")
        call.extension, call.device = extension, agent.device
        if agent.free_line is None:
            self.tell("dialing", call)
            call.state = "dialing"
            self.end(call, "failed", "system", code="agent_busy")
            return call
        self.attach(call, agent, "dialing")
        self.tell("dialing", call)
        if call.direction == "internal":
            self._call_colleague(call, self.agents[number])
        else:
            self._call_outside(call, agent)
        return call

    def _call_outside(self, call: Call, agent: Agent) -> None:
        outcome = call.outcome = outcome_of(call.number, self.chance)
        if outcome.code is not None:
            self.later(call, "customer", outcome.after, lambda: self._fails(call, outcome))
            return
        self.tell("agent_ringing", call)
        if agent.device == Device.BROWSER:
            self.later(
                call,
                "agent",
                AGENT_SECONDS,
                lambda: self.end(call, "failed", "system", code="agent_unreachable"),
            )
        else:
            self.later(call, "agent", self.between(1.0, 2.0), lambda: self.answer(call))

    def agent_leg_is_up(self, call: Call) -> None:
        outcome = call.outcome
        if outcome is None or outcome.code is not None:
            return
        call.agent_leg = True
        call.timers.pop("agent").cancel()
        self.tell("agent_answered", call)
        if outcome.ring is not None:
            self.later(call, "customer_ring", outcome.ring, lambda: self._customer_rings(call))
        self.later(
            call,
            "customer",
            outcome.after,
            lambda: self._fails(call, outcome) if outcome.sip_code else self.customer_answers(call),
        )

    def _customer_rings(self, call: Call) -> None:
        call.customer_rang = self.clock.now()
        self.tell("customer_ringing", call)

    def _fails(self, call: Call, outcome: Outcome) -> None:
        cause = CAUSES.get(outcome.sip_code or 0, "failed")
        self.end(
            call,
            cause,
            "system" if outcome.code else "remote",
            sip_code=outcome.sip_code,
            code=outcome.code,
        )

    @told
    def customer_answers(self, call: Call) -> bool:
        """The customer picks up a call that an agent placed to him: in his time, or at once by
        hand. A colleague answers for himself.
        """
        if call.state != "dialing" or not call.agent_leg or call.peer is not None:
            return False
        if call.customer_rang is None:
            self._customer_rings(call)
        self.talk(call)
        self.tell("customer_answered", call)
        return True

    # Colleagues
    # -----------------------------------------------------------------------------------------

    def _call_colleague(self, call: Call, colleague: Agent) -> None:
        if not colleague.reachable:
            return self.end(call, "unreachable", "remote", sip_code=480)
        if colleague.free_line is None or colleague.extension == call.extension:
            return self.end(call, "busy", "remote", sip_code=486)
        theirs = self.new_call(call.extension or "", "internal", call.conversation)
        call.peer, theirs.peer = theirs, call
        call.agent_leg, call.customer_rang = True, self.clock.now()
        self.ring(theirs, colleague)
        self.tell("customer_ringing", call)
        return None

    def after_answer(self, call: Call) -> None:
        if call.peer is not None and call.peer.state == "dialing":
            self.talk(call.peer)
            self.tell("customer_answered", call.peer)
