"""Customers who call: to one agent, or into the queue."""

from __future__ import annotations

from typing import Any

from .exchange_core import Core, told
from .words import NO_ANSWER, ONLINE, Agent, Call

RING_SECONDS = 20.0  # an agent who does not answer misses the call
QUEUE_PATIENCE = (60.0, 120.0)  # a customer waits in the queue for so long


class Incoming(Core):
    @told
    def customer_calls(
        self,
        number: str,
        extension: str | None = None,
        *,
        talk: float | None = None,
        patience: float | None = None,
    ) -> Call:
        """A customer calls an agent, or the queue. Without `talk` he stays until somebody hangs up;
        `patience`: how long he waits.

        The agent's phone rings at once, or the call has ended already: `unreachable` (480) where
        nobody is there, `busy` (486). In the queue a call waits for a free agent who is signed in,
        the longest idle first.
        """
        call = self.new_call(number, "inbound", talk=talk)
        self.tell("customer_calls", call, to=extension or "queue")
        if extension is None:
            self._wait(call, self.between(*QUEUE_PATIENCE) if patience is None else patience)
        else:
            self._call_directly(call, extension, patience)
        return call

    def _call_directly(self, call: Call, extension: str, patience: float | None) -> None:
        if patience is not None:
            self._gives_up(call, self.clock.now() + patience)
        agent = self.agents.get(extension)
        if agent is None:
            return self.end(call, "not_found", "system", sip_code=404)
        call.extension = extension
        if not agent.reachable:
            self.end(call, "unreachable", "system", sip_code=480)
        elif agent.free_line is None:
            self.end(call, "busy", "system", sip_code=486)
        else:
            self.ring(call, agent)
        return None

    def _wait(self, call: Call, patience: float) -> None:
        self._gives_up(call, self.clock.now() + patience)
        self.tell("queued", call)
        self.serve_queue()

    def _gives_up(self, call: Call, at: float) -> None:
        call.gives_up = at
        self.later(call, "patience", at - self.clock.now(), lambda: self._customer_gives_up(call))

    def _customer_gives_up(self, call: Call) -> None:
        if call.state in ("queued", "ringing"):
            self.end(call, "missed", "remote")

    # The queue
    # ------------------------------------------------------------------------------------------

    @property
    def waiting(self) -> list[Call]:
        """Who waits in the queue, first come first."""
        return [call for call in self.calls if call.state == "queued"]

    def serve_queue(self) -> None:
        for call in self.waiting:
            free = [agent for agent in self.agents.values() if agent.waits_for_calls]
            if not free:
                return
            call.from_queue = True
            self.ring(call, min(free, key=lambda agent: (agent.idle_since, agent.extension)))

    def enqueue_again(self, ended: Call) -> None:
        """Whoever came from the queue and was not answered waits for the next agent, at the head:
        he came first.
        """
        again = self.new_call(ended.number, "inbound", ended.conversation, talk=ended.talk)
        self.calls.remove(again)
        self.calls.insert(self.calls.index(ended) + 1, again)
        self._wait(again, (ended.gives_up or self.clock.now()) - self.clock.now())

    # Ringing
    # --------------------------------------------------------------------------------------------

    def ring(self, call: Call, agent: Agent, **facts: Any) -> None:
        self.attach(call, agent, "ringing")
        call.rang = self.clock.now()
        self.later(call, "ring", RING_SECONDS, lambda: self._missed(call, agent))
        self.tell("ringing", call, **facts)

    def _missed(self, call: Call, agent: Agent) -> None:
        self.end(call, "missed", "system")
        if agent.presence == ONLINE and agent.connected and agent.leaves_when_missed:
            agent.presence = NO_ANSWER
            self.tell("presence", None, agent, value=NO_ANSWER)

    @told
    def answer(self, call: Call) -> bool:
        """The agent's device picks up: an incoming call, or the agent's own leg of an outgoing one.

        False: there was nothing to answer.
        """
        if call.state == "dialing" and not call.agent_leg:
            self.agent_leg_is_up(call)
            return True
        if call.state != "ringing":
            return False
        self.talk(call)
        self.tell("agent_answered", call)
        self.after_answer(call)
        return True

    def talk(self, call: Call) -> None:
        call.state, call.answered = "active", self.clock.now()
        for name in ("ring", "patience", "agent", "customer", "customer_ring"):
            if name in call.timers:
                call.timers.pop(name).cancel()
        if call.talk is not None:
            self.later(call, "talk", call.talk, lambda: self.end(call, "completed", "remote"))

    @told
    def reject(self, call: Call) -> bool:
        """The agent declines a ringing call. A customer from the queue is offered to the next
        agent.

        Or his device refuses his own leg of an outgoing call: `agent_unreachable`.
        """
        if call.state == "dialing" and "agent" in call.timers:
            self.end(call, "failed", "system", code="agent_unreachable")
            return True
        if call.state != "ringing":
            return False
        self.end(call, "rejected", "agent", sip_code=480)
        return True

    def agent_leg_is_up(self, call: Call) -> None:
        raise NotImplementedError

    def after_answer(self, call: Call) -> None:
        raise NotImplementedError
