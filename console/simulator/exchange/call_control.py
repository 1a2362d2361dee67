"""Requests about one call: answer, reject, hang up, hold, tones."""

from __future__ import annotations

from collections.abc import Callable

from .calls import Calls
from .events import EventQueue, request
from .model import Call
from .outgoing import Outgoing
from .transfers import Transfers


class CallControl:
    """`refuses("hold", extension)` is asked before a hold is granted."""

    def __init__(
        self,
        calls: Calls,
        events: EventQueue,
        outgoing: Outgoing,
        transfers: Transfers,
        refuses: Callable[[str, str], bool],
    ) -> None:
        self._calls, self.events, self._refuses = calls, events, refuses
        self._outgoing, self._transfers = outgoing, transfers

    @request
    def answer(self, call: Call) -> bool:
        """The agent's device picks up: an incoming call, or the agent's own leg of an outgoing one.

        False: there was nothing to answer.
        """
        if call.state == "dialing" and not call.agent_leg:
            self._outgoing.agent_picks_up(call)
            return True
        if call.state != "ringing":
            return False
        self._calls.talk(call)
        self.events.publish("agent_answered", call)
        self._outgoing.connect_peer(call)
        self._transfers.complete_offered(call)
        return True

    @request
    def reject(self, call: Call) -> bool:
        """The agent declines a ringing call; a customer from the queue is offered to the next
        agent. Or the agent's device refuses its own leg of an outgoing call: `agent_unreachable`.
        """
        if self._outgoing.agent_refuses(call):
            return True
        if call.state != "ringing":
            return False
        self._calls.end(call, "rejected", "agent", sip_code=480)
        return True

    @request
    def hang_up(self, call: Call, by: str = "agent") -> bool:
        """`by`: agent, remote or system, in any state. False: it was over already."""
        if not call.live:
            return False
        if by == "agent" and call.state == "ringing":
            return self.reject(call)
        unanswered = "missed" if call.direction == "inbound" else "cancelled"
        self._calls.end(call, "completed" if call.talking else unanswered, by)
        return True

    @request
    def customer_hangs_up(self, call: Call) -> bool:
        """A customer who waits may hang up too; one who is being called declines (603)."""
        if call.state == "dialing" and call.direction == "outbound":
            self._calls.end(call, "rejected", "remote", sip_code=603)
            return True
        return self.hang_up(call, "remote")

    def hold(self, call: Call) -> bool:
        """True: the call is held now."""
        return self._hold(call, "active", "held")

    def unhold(self, call: Call) -> bool:
        """True: the call goes on now."""
        return self._hold(call, "held", "active")

    @request
    def _hold(self, call: Call, before: str, after: str) -> bool:
        if call.state != before or self._refuses("hold", call.extension or ""):
            wanted = "hold" if after == "held" else "resume"
            self.events.publish("hold_refused", call, wanted=wanted)
            return False
        call.state = after
        self.events.publish("held" if after == "held" else "resumed", call)
        return True

    @request
    def dtmf(self, call: Call, tones: str) -> bool:
        if not call.talking:
            return False
        call.tones += tones
        self.events.publish("dtmf", call, tones=tones)
        return True
