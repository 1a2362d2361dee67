"""The pretend telephone exchange behind all pretend vendors: extensions, customers, a queue; calls
ring, talk, hold, move and fail.

It is pure Python on a virtual clock, and all that it leaves to chance comes from
`random.Random(seed)`: the same seed and the same requests at the same times give the same calls. A
vendor's face asks for things by the methods below and hears what happened by `Face.news`:

| kind | to | facts | |---|---|---| | ringing | the agent who is called | transferred=True when a
colleague hands the call on | | ring_stopped | the same, when he did not answer | cause: missed,
rejected | | dialing, agent_ringing | an agent who dials | his own device is called: a browser has
10 s to `answer` | | agent_answered | whose device picked up | | | customer_ringing,
customer_answered | an agent who dialled (also a colleague) | | | held, resumed, hold_refused | the
agent who asked | hold_refused: wanted = hold or resume | | failed | an agent who dialled | cause,
sip_code, code; `ended` follows | | ended | everybody, last | cause, by: agent, remote, system | |
presence | the agent | value: online, offline, no_answer (after a missed call) | | device | the
agent | value, number, asked; value is the old one when the switch was refused | | transfer_asked,
transfer_withdrawn | the colleague | transfer; the call is the first agent's | | transfer_accepted,
_refused, _done, _failed | the first agent | transfer, code |

Other kinds (customer_calls, queued, connected, disconnected, dtmf) are for the log: a face may
ignore what it does not know.

Names: Exchange, Call, Agent, Face, Transfer, Device (from words.py).
"""

from __future__ import annotations

from functools import partial
from typing import Any

from .exchange_core import told
from .transfers import Transfers
from .words import PRESENCES, Agent, Call, Device, Face, Transfer

__all__ = ["Agent", "Call", "Device", "Exchange", "Face", "Transfer"]

LOST_SECONDS = 45.0  # a browser that is away for longer has lost its call


class Exchange(Transfers):
    # Agents
    # ---------------------------------------------------------------------------------------------

    @told
    def add_agent(
        self,
        extension: str,
        name: str,
        default_device: int = Device.BROWSER,
        *,
        lines: int = 1,
        leaves_when_missed: bool = True,
    ) -> Agent:
        """`leaves_when_missed`: a missed call makes him `no_answer` while he is signed in, so that
        the queue rings somebody else.
        """
        agent = Agent(
            extension,
            name,
            default_device,
            default_device,
            lines=lines,
            leaves_when_missed=leaves_when_missed,
        )
        agent.idle_since = self.clock.now()
        self.agents[extension] = agent
        return agent

    @told
    def connect(self, extension: str, face: Face) -> None:
        """The agent is signed in, through this face; it takes the place of an earlier one.

        His calls (`calls_of`) go on.
        """
        agent = self.agents[extension]
        agent.face, agent.connected = face, True
        for call in agent.calls:
            if "lost" in call.timers:
                call.timers.pop("lost").cancel()
        self.tell("connected", None, agent)
        self.serve_queue()

    @told
    def disconnect(self, extension: str, face: Face | None = None) -> None:
        """No new call rings in his browser. A call there ends 45 s later unless he comes back; a
        face that was replaced is ignored.

        The face goes on hearing of his calls: their sound may have a connection of its own.
        """
        agent = self.agents[extension]
        if not agent.connected or (face is not None and agent.face is not face):
            return
        agent.connected = False
        self.tell("disconnected", None, agent)
        for call in agent.calls:
            if call.device == Device.BROWSER:
                self.later(call, "lost", LOST_SECONDS, partial(self.end, call, "failed", "system"))

    @told
    def set_registered(self, extension: str, value: bool) -> None:
        """Whether his browser has a connection for sound; without it, no call rings there."""
        self.agents[extension].registered = value
        self.serve_queue()

    def calls_of(self, extension: str) -> list[Call]:
        """His live calls, by line."""
        return sorted(self.agents[extension].calls, key=lambda call: call.line)

    @told
    def set_presence(self, extension: str, value: str) -> str:
        """online, offline (no call rings), no_answer.

        The answer is the presence after it: the old one where it was refused.
        """
        agent = self.agents[extension]
        if value in PRESENCES and not self.refuses("presence", extension):
            agent.presence = value
        self.tell("presence", None, agent, value=agent.presence)
        self.serve_queue()
        return agent.presence

    @told
    def set_device(self, extension: str, type: int, number: str | None = None) -> int:
        """Where calls ring from now on; a call in progress stays.

        The answer is the device after it: the old one where it was refused.
        """
        agent = self.agents[extension]
        known = type in set(Device) and (
            type != Device.GSM or bool(number) or agent.default_device == Device.GSM
        )
        if known and not self.refuses("device", extension):
            agent.device, agent.device_number = type, number if type == Device.GSM else None
        self.tell("device", None, agent, value=agent.device, number=agent.device_number, asked=type)
        self.serve_queue()
        return agent.device

    # A call in progress
    # ---------------------------------------------------------------------------------

    @told
    def hang_up(self, call: Call, by: str = "agent") -> bool:
        """`by`: agent, customer or system, in any state. False: it was over already."""
        if not call.live:
            return False
        if by == "agent" and call.state == "ringing":
            return self.reject(call)
        cause = (
            "completed"
            if call.talking
            else "missed"
            if call.direction == "inbound"
            else "cancelled"
        )
        self.end(call, cause, {"customer": "remote"}.get(by, by))
        return True

    def customer_hangs_up(self, call: Call) -> bool:
        """Also one who waits; one who is being called declines (603)."""
        if call.state == "dialing" and call.direction == "outbound":
            return self._declines(call)
        return self.hang_up(call, "customer")

    @told
    def _declines(self, call: Call) -> bool:
        self.end(call, "rejected", "remote", sip_code=603)
        return True

    def hold(self, call: Call) -> bool:
        """True: it is held now."""
        return self._hold(call, "active", "held")

    def unhold(self, call: Call) -> bool:
        """True: it goes on now."""
        return self._hold(call, "held", "active")

    @told
    def _hold(self, call: Call, before: str, after: str) -> bool:
        if call.state != before or self.refuses("hold", call.extension or ""):
            self.tell("hold_refused", call, wanted="hold" if after == "held" else "resume")
            return False
        call.state = after
        self.tell("held" if after == "held" else "resumed", call)
        return True

    @told
    def dtmf(self, call: Call, tones: str) -> bool:
        if not call.talking:
            return False
        call.tones += tones
        self.tell("dtmf", call, tones=tones)
        return True

    # Truth
    # ----------------------------------------------------------------------------------------------

    def truth(self) -> list[Call]:
        """All calls there ever were, in the order of their beginning; a customer's second try from
        the queue stands beside his first.
        """
        return list(self.calls)

    def call(self, id: str) -> Call | None:
        return next((call for call in reversed(self.calls) if call.id == id), None)

    def as_json(self) -> dict[str, Any]:
        """The whole state, as the page and the tests read it."""
        agents = [
            agent.as_json() | {"calls": [call.id for call in agent.calls]}
            for agent in self.agents.values()
        ]
        return {
            "seed": self.seed,
            "now": self.clock.now(),
            "agents": agents,
            "calls": [call.as_json() for call in self.calls],
        }
