"""All calls of the exchange: each begins, is answered and ends here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from .chance import Chance
from .events import EventQueue
from .model import Agent, Call
from .timers import Timers

LONGEST_SECONDS = 4 * 3600.0  # no call goes on for ever
UNANSWERED_TIMERS = ("ring", "patience", "agent", "customer", "customer_ring")


class Calls:
    """`run`: in front of each id. The hooks are called within the request that ends a call."""

    def __init__(
        self,
        agents: Mapping[str, Agent],
        events: EventQueue,
        timers: Timers,
        chance: Chance,
        run: str,
    ) -> None:
        self._agents, self._events, self._timers, self._chance = agents, events, timers, chance
        self.all: list[Call] = []
        self.on_release: list[Callable[[Agent], object]] = []  # an agent has one call less
        self.on_end: list[Callable[[Call, str], object]] = []  # a call, and its state before
        self._run, self._numbers = run, count(1)

    def new(
        self, number: str, direction: str, conversation: str | None = None, **more: Any
    ) -> Call:
        id = f"{self._run}{next(self._numbers)}-{self._chance.getrandbits(24):06x}"
        call = Call(id, conversation or id, number, direction, self._timers.now(), **more)
        self.all.append(call)
        self._timers.start(call, "longest", LONGEST_SECONDS, lambda: self.stop(call))
        return call

    def continued(self, call: Call) -> Call:
        """The same customer's next part of the conversation."""
        return self.new(call.number, "inbound", call.conversation, talk=call.talk)

    def attach(self, call: Call, agent: Agent, state: str) -> None:
        line = agent.free_line
        assert line is not None, "the caller looks for a free line first"  # noqa: S101
        call.extension, call.device = agent.extension, agent.device
        call.line, call.state = line, state
        agent.calls.append(call)

    def talk(self, call: Call) -> None:
        call.state, call.answered = "active", self._timers.now()
        self._timers.cancel(call, *UNANSWERED_TIMERS)
        if call.talk is not None:
            self._timers.start(
                call, "talk", call.talk, lambda: self.end(call, "completed", "remote")
            )

    def end(
        self,
        call: Call,
        cause: str,
        by: str,
        *,
        sip_code: int | None = None,
        code: str | None = None,
    ) -> None:
        """The one way in which a call ends."""
        if not call.live:
            return
        before, call.state, call.ended = call.state, "ended", self._timers.now()
        call.cause, call.ended_by, call.sip_code, call.code = cause, by, sip_code, code
        self._timers.cancel_all(call)
        self._publish_end(call, before)
        self._release(call)
        for hook in self.on_end:
            hook(call, before)

    def _publish_end(self, call: Call, before: str) -> None:
        if before == "dialing" and call.ended_by != "agent":
            self._events.publish(
                "failed", call, cause=call.cause, sip_code=call.sip_code, code=call.code
            )
        elif before == "ringing":
            self._events.publish("ring_stopped", call, cause=call.cause)
        # An agent who was busy or away was not notified of the call, nor is of its end.
        self._events.publish(
            "ended", call, only_log=before == "queued", cause=call.cause, by=call.ended_by
        )

    def _release(self, call: Call) -> None:
        agent = self._agents.get(call.extension or "")
        if agent is None or call not in agent.calls:
            return
        agent.calls.remove(call)
        for hook in self.on_release:
            hook(agent)

    def stop(self, call: Call) -> None:
        """End a call by the exchange's own decision."""
        self.end(call, "completed" if call.talking else "failed", "system")

    def reset(self, run: str) -> None:
        """End and forget all calls. The next ids begin with `run`, from 1."""
        for call in self.all:
            call.from_queue = False
            self.stop(call)
        self.all.clear()
        self._run, self._numbers = run, count(1)
