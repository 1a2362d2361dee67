"""What the exchange speaks of: calls, agents, the vendor's face of an agent, and what becomes of a
dialled number.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, NamedTuple, Protocol

from .clock import Handle


class Device(IntEnum):
    """Where an agent takes calls."""

    BROWSER = 1
    IP_PHONE = 2  # rings only while the agent is signed in
    GSM = 3  # a mobile, whose number the agent gave
    DESK_PHONE = 4  # an IP phone that rings always
    SOFTPHONE = 6  # the vendor's own application


# Where nobody has to be signed in for a call to ring.
ALWAYS_RINGS = (Device.GSM, Device.DESK_PHONE, Device.SOFTPHONE)

ONLINE, OFFLINE, NO_ANSWER = "online", "offline", "no_answer"
PRESENCES = (ONLINE, OFFLINE, NO_ANSWER)


@dataclass(eq=False)
class Call:
    """One agent's part in a conversation, or a customer who waits in the queue (then without an
    extension).

    state: queued, dialing, ringing → active ⇄ held → ended. Times are the clock's.
    """

    id: str
    # the same for all parts of one conversation: both ends of an internal call, a transfer, a
    # second try of the queue
    conversation: str
    number: str  # the far end: a customer's number, or an extension
    direction: str  # inbound, outbound, internal
    started: float
    extension: str | None = None
    state: str = "queued"
    device: int | None = None
    line: int = 1
    rang: float | None = None  # began to ring at the agent
    customer_rang: float | None = None
    answered: float | None = None
    ended: float | None = None
    cause: str | None = (
        # completed, missed, rejected, cancelled, busy, no_answer, unreachable, not_found,
        # forbidden, transferred, failed
        None
    )
    sip_code: int | None = None
    code: str | None = (
        # why the exchange itself refused: agent_busy, agent_unreachable, permission_denied, error
        None
    )
    ended_by: str | None = None  # agent, remote, system
    outcome: Outcome | None = field(
        default=None, repr=False
    )  # what will become of a dialled number
    agent_leg: bool = False  # outbound: the agent's device has picked up
    tones: str = ""
    from_queue: bool = False
    talk: float | None = None  # the customer hangs up so long after the answer
    gives_up: float | None = None  # the customer waits no longer than until then
    peer: Call | None = field(default=None, repr=False)  # the other end of an internal call
    transfer: Transfer | None = field(default=None, repr=False)
    timers: dict[str, Handle] = field(default_factory=dict, repr=False)

    @property
    def live(self) -> bool:
        return self.state != "ended"

    @property
    def talking(self) -> bool:
        return self.state in ("active", "held")

    def as_json(self) -> dict[str, Any]:
        """What the page and the tests see of it."""
        names = """id conversation number direction extension state device line started rang customer_rang answered ended
            cause sip_code code ended_by tones""".split()
        return {name: getattr(self, name) for name in names}


@dataclass(eq=False)
class Transfer:
    """An agent wants to hand a call on. state: asked → accepted → done, or refused, or failed."""

    call: Call
    to: str  # an extension, "queue", or a number outside
    state: str = "asked"
    code: str | None = None  # not_in_a_call, failed
    offered: Call | None = None  # the colleague's part, once it rings


class Face(Protocol):
    """One signed-in agent, as a vendor's cloud shows him what happens."""

    def news(self, kind: str, call: Call | None, **facts: Any) -> None:
        """Hears all news of this agent in order, when the exchange has finished with what caused
        it: the face may ask for anything.

        It must not block: what goes onto the wire is scheduled (`Faults.deliver`).
        """


@dataclass(eq=False)
class Agent:
    extension: str
    name: str
    default_device: int = Device.BROWSER
    device: int = Device.BROWSER
    device_number: str | None = None
    presence: str = ONLINE
    connected: bool = False
    # a vendor whose control and sound are two connections says so when the latter is not there
    registered: bool = True
    face: Face | None = field(default=None, repr=False)
    lines: int = 1  # calls at the same time
    leaves_when_missed: bool = True  # a missed call makes him no_answer, if he is signed in
    calls: list[Call] = field(default_factory=list, repr=False)
    idle_since: float = 0.0
    resting: bool = False  # a moment after each call, in which the queue does not ring

    def restart(self, now: float) -> None:
        self.device, self.device_number, self.presence = self.default_device, None, ONLINE
        self.idle_since, self.resting = now, False

    @property
    def reachable(self) -> bool:
        there = self.connected and (self.registered or self.device != Device.BROWSER)
        return self.presence == ONLINE and (there or self.device in ALWAYS_RINGS)

    @property
    def waits_for_calls(self) -> bool:
        """The queue may ring here: somebody is there, and free."""
        return self.reachable and self.connected and not self.calls and not self.resting

    @property
    def free_line(self) -> int | None:
        used = {call.line for call in self.calls}
        return next((line for line in range(1, self.lines + 1) if line not in used), None)

    def as_json(self) -> dict[str, Any]:
        names = "extension name presence device device_number default_device connected reachable".split()
        return {name: getattr(self, name) for name in names}


class Entry(NamedTuple):
    """A line of the log."""

    number: int
    at: float
    kind: str
    extension: str | None
    call: str | None
    far: str | None
    facts: dict[str, Any]


class Outcome(NamedTuple):
    """What becomes of a dialled number: the customer rings after `ring` (None: never), and `after`
    seconds in all he answers, or not.
    """

    ring: float | None
    after: float
    sip_code: int | None = None
    code: str | None = None  # the exchange itself refuses, before anybody is called


ANSWERS = Outcome(0.6, 2.0)

# By the last three digits of the number.
MAGIC = {
    "200": ANSWERS,
    "180": Outcome(0.6, 45.0, 408),  # only rings: answer it by hand
    "403": Outcome(None, 0.5, 403),
    "404": Outcome(None, 0.6, 404),
    "408": Outcome(0.6, 8.0, 408),
    "480": Outcome(None, 2.0, 480),
    "486": Outcome(None, 1.0, 486),
    "487": Outcome(0.6, 5.0, 487),
    "488": Outcome(None, 0.6, 488),
    "603": Outcome(0.6, 3.0, 603),
    "500": Outcome(None, 0.5, None, "error"),
    "503": Outcome(None, 1.0, None, "agent_unreachable"),
    "777": Outcome(None, 0.3, None, "permission_denied"),
    "786": Outcome(None, 0.3, None, "agent_busy"),
}

CAUSES = {
    403: "forbidden",
    404: "not_found",
    408: "no_answer",
    480: "unreachable",
    486: "busy",
    487: "no_answer",
    603: "rejected",
}


def outcome_of(number: str, chance: random.Random) -> Outcome:
    """Numbers without magic answer after 2 to 4 s."""
    return MAGIC.get(number[-3:]) or Outcome(0.6, round(chance.uniform(2.0, 4.0), 3))
