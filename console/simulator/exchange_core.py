"""What every part of the exchange needs: its agents and calls, its timers, and telling what
happened, in order.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from functools import wraps
from itertools import count
from typing import Any, Concatenate, ParamSpec, TypeVar

from .clock import Clock, Handle
from .words import Agent, Call, Entry, Face

PAUSE_SECONDS = 1.0  # between an agent's call and the next one from the queue
LONGEST_SECONDS = 4 * 3600.0  # no call goes on for ever
LOG_LENGTH = 500

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound="Core")


def told(method: Callable[Concatenate[C, P], R]) -> Callable[Concatenate[C, P], R]:
    """The faces hear of what this request caused once it is done, so that they never see, or
    change, half of it.
    """

    @wraps(method)
    def wrapped(self: C, /, *args: P.args, **kwargs: P.kwargs) -> R:
        self.depth += 1
        try:
            return method(self, *args, **kwargs)
        finally:
            self.depth -= 1
            self.spread()

    return wrapped


class Core:
    """`refuses(what, extension)` is asked before a hold, a device or a presence is granted: the
    faults' way in.
    """

    def __init__(
        self,
        clock: Clock,
        seed: int = 1,
        *,
        run: str = "",
        refuses: Callable[[str, str], bool] = lambda what, extension: False,
    ) -> None:
        self.clock, self.seed, self.run, self.refuses = clock, seed, run, refuses
        self.chance = random.Random(seed)  # noqa: S311 - chance that can be repeated is the point
        self.agents: dict[str, Agent] = {}
        self.calls: list[Call] = []
        self.log: deque[Entry] = deque(maxlen=LOG_LENGTH)
        self.watchers: list[Callable[[Entry], object]] = []
        self.depth = 0
        self._numbers, self._lines = count(1), count(1)
        self._news: deque[tuple[Face | None, Entry, Call | None]] = deque()
        self._spreading = False
        self._rests: dict[str, Handle] = {}

    @told
    def reset(self, seed: int, run: str = "") -> None:
        """Everything from the start: calls end (their agents are told) and are forgotten; agents
        stay signed in, as they were at first.
        """
        for call in self.calls:
            call.from_queue = False
            self.end(call, "completed" if call.talking else "failed", "system")
        for handle in self._rests.values():
            handle.cancel()
        self.seed, self.run, self._numbers = seed, run, count(1)
        self.chance = random.Random(seed)  # noqa: S311 - as above
        self.calls.clear()
        for agent in self.agents.values():
            agent.restart(self.clock.now())
            self.tell(
                "device",
                None,
                agent,
                value=agent.device,
                number=agent.device_number,
                asked=agent.device,
            )
            self.tell("presence", None, agent, value=agent.presence)

    # News
    # ------------------------------------------------------------------------------------------------

    def tell(
        self,
        kind: str,
        call: Call | None,
        agent: Agent | None = None,
        *,
        only_log: bool = False,
        **facts: Any,
    ) -> None:
        if agent is None and call is not None and call.extension is not None:
            agent = self.agents[call.extension]
        entry = Entry(
            next(self._lines),
            self.clock.now(),
            kind,
            agent.extension if agent else None,
            call.id if call else None,
            call.number if call else None,
            facts,
        )
        self.log.append(entry)
        self._news.append((agent.face if agent and not only_log else None, entry, call))

    def spread(self) -> None:
        """Tells what was kept back.

        A face that asks for something meanwhile is told afterwards, in its turn.
        """
        if self.depth or self._spreading:
            return
        self._spreading = True
        try:
            while self._news:
                face, entry, call = self._news.popleft()
                if face is not None:
                    face.news(entry.kind, call, **entry.facts)
                for watcher in tuple(self.watchers):
                    watcher(entry)
        finally:
            self._spreading = False

    # Time
    # ------------------------------------------------------------------------------------------------

    def later(self, call: Call, name: str, seconds: float, what: Callable[[], object]) -> None:
        """A call's timer of that name; a new one replaces the old one, and the call's end cancels
        all.
        """
        if name in call.timers:
            call.timers.pop(name).cancel()
        call.timers[name] = self.clock.call_later(seconds, lambda: self._due(what))

    def _due(self, what: Callable[[], object]) -> None:
        self.depth += 1
        try:
            what()
        finally:
            self.depth -= 1
            self.spread()

    def cancel_timers(self, call: Call) -> None:
        for handle in call.timers.values():
            handle.cancel()
        call.timers.clear()

    def between(self, low: float, high: float) -> float:
        return round(self.chance.uniform(low, high), 3)

    # Calls
    # -----------------------------------------------------------------------------------------------

    def new_call(
        self, number: str, direction: str, conversation: str | None = None, **more: Any
    ) -> Call:
        name = f"{self.run}{next(self._numbers)}-{self.chance.getrandbits(24):06x}"
        call = Call(name, conversation or name, number, direction, self.clock.now(), **more)
        self.calls.append(call)
        self.later(
            call,
            "longest",
            LONGEST_SECONDS,
            lambda: self.end(call, "completed" if call.talking else "failed", "system"),
        )
        return call

    def attach(self, call: Call, agent: Agent, state: str) -> None:
        line = agent.free_line
        assert line is not None, "the caller looks for a free line first"  # noqa: S101
        call.extension, call.device, call.line, call.state = (
            agent.extension,
            agent.device,
            line,
            state,
        )
        agent.calls.append(call)

    def end(
        self,
        call: Call,
        cause: str,
        by: str,
        *,
        sip_code: int | None = None,
        code: str | None = None,
    ) -> None:
        """The one way in which a call ends; what hangs together with it ends too."""
        if not call.live:
            return
        before, call.state, call.ended = call.state, "ended", self.clock.now()
        call.cause, call.ended_by, call.sip_code, call.code = cause, by, sip_code, code
        self.cancel_timers(call)
        if before == "dialing" and by != "agent":
            self.tell("failed", call, cause=cause, sip_code=sip_code, code=code)
        elif before == "ringing":
            self.tell("ring_stopped", call, cause=cause)
        # Who was busy or away has not heard of the call, and hears nothing of its end.
        self.tell("ended", call, only_log=before == "queued", cause=cause, by=by)
        self._detach(call)
        self.after_end(call, before)

    def _detach(self, call: Call) -> None:
        agent = self.agents.get(call.extension or "")
        if agent is None or call not in agent.calls:
            return
        agent.calls.remove(call)
        agent.idle_since, agent.resting = self.clock.now(), True
        if agent.extension in self._rests:
            self._rests[agent.extension].cancel()
        self._rests[agent.extension] = self.clock.call_later(
            PAUSE_SECONDS, lambda: self._due(lambda: self._rested(agent))
        )

    def _rested(self, agent: Agent) -> None:
        agent.resting = False
        self.serve_queue()

    def after_end(self, call: Call, before: str) -> None:
        raise NotImplementedError

    def serve_queue(self) -> None:
        raise NotImplementedError
