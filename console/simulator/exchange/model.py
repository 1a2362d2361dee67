"""Calls, agents and transfers of the pretend exchange, and the events about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from .enums import ALWAYS_RINGS, ONLINE, Device
from .outcomes import Outcome

CALL_JSON = """id conversation number direction extension state device line started rang
    customer_rang answered ended cause sip_code code ended_by tones""".split()
AGENT_JSON = """extension name presence device device_number default_device connected
    reachable""".split()


@dataclass(eq=False)
class Call:
    """One agent's part in a conversation, or a customer in the queue (then without an extension).

    state: queued, dialing, ringing → active ⇄ held → ended. Times are the clock's.
    """

    id: str
    # Shared by all parts of one conversation: both ends of an internal call, a transfer, a second
    # try of the queue.
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
    # completed, missed, rejected, cancelled, busy, no_answer, unreachable, not_found, forbidden,
    # transferred, failed
    cause: str | None = None
    sip_code: int | None = None
    # The exchange's own refusal: agent_busy, agent_unreachable, permission_denied, error.
    code: str | None = None
    ended_by: str | None = None  # agent, remote, system
    outcome: Outcome | None = field(default=None, repr=False)  # of a dialled number
    agent_leg: bool = False  # outbound: the agent's device has picked up
    tones: str = ""
    from_queue: bool = False
    talk: float | None = None  # seconds from the answer until the customer hangs up
    gives_up: float | None = None  # the customer waits no longer than until then
    peer: Call | None = field(default=None, repr=False)  # the other end of an internal call
    transfer: Transfer | None = field(default=None, repr=False)

    @property
    def live(self) -> bool:
        return self.state != "ended"

    @property
    def talking(self) -> bool:
        return self.state in ("active", "held")

    def as_json(self) -> dict[str, Any]:
        """The call as the page and the tests see it."""
        return {name: getattr(self, name) for name in CALL_JSON}


@dataclass(eq=False)
class Transfer:
    """A request to transfer a call. state: asked → accepted → done, or refused, or failed."""

    call: Call
    to: str  # an extension, "queue", or a number outside
    state: str = "asked"
    code: str | None = None  # not_in_a_call, failed
    offered: Call | None = None  # the colleague's part, once it rings


class CloudAdapter(Protocol):
    """One signed-in agent at a vendor's cloud, which is notified of the agent's events."""

    def on_event(self, kind: str, call: Call | None, **facts: Any) -> None:
        """Handle an event of this agent; events come in order, after the request that caused them.

        The handler may make requests of the exchange. It must not block: messages to a browser go
        through `Faults.wire`.
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
    # False: the vendor's connection for sound, apart from the one for control, is missing.
    registered: bool = True
    adapter: CloudAdapter | None = field(default=None, repr=False)
    lines: int = 1  # calls at the same time
    leaves_when_missed: bool = True  # a missed call sets no_answer while the agent is signed in
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
        """Whether the queue may ring here: the agent is present and free."""
        return self.reachable and self.connected and not self.calls and not self.resting

    @property
    def free_line(self) -> int | None:
        used = {call.line for call in self.calls}
        return next((line for line in range(1, self.lines + 1) if line not in used), None)

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in AGENT_JSON}


class Event(NamedTuple):
    """Something that happened in the exchange."""

    at: float
    kind: str
    extension: str | None
    far: str | None  # the call's far end
    facts: dict[str, Any]
