"""What the rules of lease.py are about: the lease, the clients, the moment, and what to tell whom.

All times are milliseconds of the database's clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Waits:
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
        """By how much the server's clock may run ahead before a holder could be expired that has
        not fenced itself yet.
        """
        return self.expire - self.fence


class OnCall(StrEnum):
    """What the holder's phone is doing.

    Ringing keeps a phone from being taken; only talking excuses silence.
    """

    NO = "no"
    RINGING = "ringing"
    TALKING = "talking"


class Why(StrEnum):
    """Why a lease was denied."""

    HELD = "held"
    LEAVING = "leaving"  # its holder has just left and has 2 s to come back
    SILENT = "silent"  # its holder does not answer, but only a person may take it from there
    ON_CALL = "on_call"
    VIEW = "view"  # this page never holds a phone, or was signed out
    REPLACED = "replaced"  # another client took over meanwhile


@dataclass(frozen=True, slots=True)
class ClientView:
    """One open document of the agent, as last heard of."""

    id: str
    browser: str
    view: str
    connected: bool
    visible: bool
    audible: bool
    # nothing known speaks against a call here: its microphone is neither refused nor missing
    able: bool
    used_at: int
    heard_at: int
    granted_at: int = 0  # when it was last given the lease
    # the session under which it said hello goes on, though its socket may take a while to end
    signed_in: bool = True

    @property
    def may_hold(self) -> bool:
        return self.view != "wall" and self.signed_in

    def present(self, at: Moment) -> bool:
        return self.connected and self.may_hold and abs(at.now - self.heard_at) < at.waits.suspect

    def stands_by(self, at: Moment) -> bool:
        """Good for an automatic grant.

        Who has not been heard since its last grant has not answered it.
        """
        return self.present(at) and self.able and not self.heard_at < self.granted_at <= at.now

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
    alone: bool = False  # the holder may believe that no client elsewhere stands by
    left_at: int | None = None
    asked_by: str | None = None
    asked_at: int | None = None
    asked_call: str | None = None  # what the person who asked wants of the call in progress


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known when something happens to a lease."""

    now: int
    clients: tuple[ClientView, ...] = ()
    on_call: OnCall = OnCall.NO
    grace_until: int = 0
    waits: Waits = Waits()

    def client(self, client: str | None) -> ClientView | None:
        return next((one for one in self.clients if one.id == client), None)

    def may_hold(self, client: str) -> bool:
        one = self.client(client)
        return one is not None and one.may_hold

    def elsewhere(self, one: str | None, other: str | None) -> bool:
        """Not in one browser and site: nothing but the server keeps these two apart."""
        mine, theirs = self.client(one), self.client(other)
        return one != other and not (
            mine and theirs and mine.browser and mine.browser == theirs.browser
        )


@dataclass(frozen=True, slots=True)
class Granted:
    client: str
    epoch: int
    again: bool = field(
        default=False, compare=False
    )  # it held this epoch, and nobody thought otherwise


@dataclass(frozen=True, slots=True)
class Denied:
    client: str
    epoch: int
    holder: str | None
    why: Why


@dataclass(frozen=True, slots=True)
class Revoke:
    """To the holder: stop the phone and say `released`."""

    holder: str
    epoch: int
    by: str
    call: str | None = None  # what becomes of the call in progress: "move" or "end"


@dataclass(frozen=True, slots=True)
class CallsOver:
    """The calls that this holder carried under this epoch are over: a person ended them, or its
    page has died.
    """

    holder: str
    epoch: int
    by_person: bool


@dataclass(frozen=True, slots=True)
class Freed:
    """Nobody holds the phone now."""

    holder: str
    epoch: int


Signal = Granted | Denied | Revoke | CallsOver | Freed


@dataclass(frozen=True, slots=True)
class Outcome:
    lease: LeaseView
    signals: tuple[Signal, ...] = ()


def others(at: Moment, holder: str | None) -> bool:
    """An able client elsewhere stands by."""
    return any(one.stands_by(at) and at.elsewhere(one.id, holder) for one in at.clients)


class Told:
    """What the holder may believe about others: all that it was told from the ping that it answered
    last onward.

    It counts as told that it is alone from before such a ping is sent until it has answered a later
    one that names others.
    """

    def __init__(self, alone: bool) -> None:
        self._said: list[tuple[int, bool]] = [(0, alone)]

    @property
    def alone(self) -> bool:
        return any(alone for _, alone in self._said)

    def sending(self, n: int, others: bool) -> None:
        self._said.append((n, not others))

    def answered(self, n: int) -> None:
        self._said = [(ping, alone) for ping, alone in self._said if ping >= n] or self._said[-1:]
