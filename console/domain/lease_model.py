"""The lease of an agent's phone: its state, the clients that may hold it, and the signals.

All times are milliseconds of the database's clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class LeaseTimings:
    """Durations of the protocol, in milliseconds."""

    ping: int = 10_000
    suspect: int = 25_000
    expire: int = 35_000
    fence: int = 30_000
    takeover: int = 3_000
    comeback: int = 2_000
    start_grace: int = 35_000
    carry_max: int = 600_000
    confirm: int = 3_000

    @property
    def slack(self) -> int:
        """How far the server's clock may run ahead without expiring a holder that is not fenced."""
        return self.expire - self.fence


class OnCall(StrEnum):
    """The activity of the holder's phone.

    A ringing phone is not taken over. Only talking excuses silence.
    """

    NO = "no"
    RINGING = "ringing"
    TALKING = "talking"


class DenialReason(StrEnum):
    HELD = "held"
    LEAVING = "leaving"  # the holder left a moment ago and has 2 s to come back
    SILENT = "silent"  # the holder does not answer, but only a person may take the phone from it
    ON_CALL = "on_call"
    VIEW = "view"  # this page never holds a phone, or was signed out
    REPLACED = "replaced"  # another client took over meanwhile


@dataclass(frozen=True, slots=True)
class ClientView:
    """One open document of the agent, as last reported."""

    id: str
    browser: str
    view: str
    connected: bool
    visible: bool
    audible: bool
    able: bool  # its microphone is neither refused nor missing
    used_at: int
    heard_at: int
    granted_at: int = 0  # the time of its last grant
    # its sign-in session is valid, though a socket of an ended session may stay open for a while
    signed_in: bool = True

    @property
    def may_hold(self) -> bool:
        return self.view != "wall" and self.signed_in

    def present(self, context: LeaseContext) -> bool:
        silence = abs(context.now - self.heard_at)
        return self.connected and self.may_hold and silence < context.timings.suspect

    def stands_by(self, context: LeaseContext) -> bool:
        """Fit for an automatic grant: present, able, and heard since its last grant."""
        unanswered = self.heard_at < self.granted_at <= context.now
        return self.present(context) and self.able and not unanswered

    @property
    def rank(self) -> tuple[bool, bool, int]:
        return self.visible, self.audible, self.used_at


@dataclass(frozen=True, slots=True)
class LeaseView:
    epoch: int = 0
    version: int = 0
    holder: str | None = None
    since: int = 0
    heard_at: int = 0
    confirmed: bool = False  # the holder has answered with this epoch
    no_peers: bool = False  # the holder may believe that no client elsewhere stands by
    left_at: int | None = None
    asked_by: str | None = None  # the requester: the client whose take-over is pending
    asked_at: int | None = None
    asked_call: str | None = None  # the requester's choice for the call in progress


@dataclass(frozen=True, slots=True)
class LeaseContext:
    """The facts beside the lease on which a rule decides."""

    now: int
    clients: tuple[ClientView, ...] = ()
    on_call: OnCall = OnCall.NO
    grace_until: int = 0
    timings: LeaseTimings = LeaseTimings()

    def client(self, client: str | None) -> ClientView | None:
        return next((one for one in self.clients if one.id == client), None)

    def may_hold(self, client: str) -> bool:
        one = self.client(client)
        return one is not None and one.may_hold

    def elsewhere(self, one: str | None, other: str | None) -> bool:
        """Whether two clients share no browser and site: only the server keeps these apart."""
        mine, theirs = self.client(one), self.client(other)
        return one != other and not (
            mine and theirs and mine.browser and mine.browser == theirs.browser
        )

    def has_peers(self, holder: str | None) -> bool:
        """Whether an able client elsewhere stands by."""
        return any(one.stands_by(self) and self.elsewhere(one.id, holder) for one in self.clients)


@dataclass(frozen=True, slots=True)
class Granted:
    """`again`: the client held this epoch already, and no other client was notified otherwise."""

    client: str
    epoch: int
    again: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Denied:
    client: str
    epoch: int
    holder: str | None
    why: DenialReason


@dataclass(frozen=True, slots=True)
class Revoke:
    """Asks the holder to stop its phone and to answer `released`."""

    holder: str
    epoch: int
    by: str
    call: str | None = None  # "move" or "end" the call in progress


@dataclass(frozen=True, slots=True)
class CallsOver:
    """Ends the calls of this holder and epoch: a person ended them, or the holder's page died."""

    holder: str
    epoch: int
    by_person: bool


@dataclass(frozen=True, slots=True)
class Freed:
    """The phone has no holder."""

    holder: str
    epoch: int


Signal = Granted | Denied | Revoke | CallsOver | Freed


@dataclass(frozen=True, slots=True)
class Outcome:
    lease: LeaseView
    signals: tuple[Signal, ...] = ()


class PeerNotice:
    """Whether the holder may believe that it has no peers.

    It may believe every notice from the ping that it answered last onward. So "no peers" counts
    from before such a ping is sent until the holder has answered a later one that names peers.
    """

    def __init__(self, no_peers: bool) -> None:
        self._sent: list[tuple[int, bool]] = [(0, no_peers)]

    @property
    def no_peers(self) -> bool:
        return any(no_peers for _, no_peers in self._sent)

    def sending(self, ping: int, has_peers: bool) -> None:
        self._sent.append((ping, not has_peers))

    def answered(self, ping: int) -> None:
        later = [(sent, no_peers) for sent, no_peers in self._sent if sent >= ping]
        self._sent = later or self._sent[-1:]
