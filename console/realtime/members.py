"""Listeners on this worker: clients that said hello, and groups of them that get the same bytes."""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..domain.lease_model import PeerNotice
from ..storage.client_store import Pong
from ..storage.missed_calls import MissedCallView
from . import messages
from .connection import Connection
from .frames import text_frame


@dataclass(eq=False, slots=True)
class Member:
    """One client that said hello, and what its pongs told last."""

    organisation: str
    agent: str
    client: str
    browser: str
    view: str
    language: str
    topics: frozenset[str]
    session_id: str
    connection: Connection
    serial: int = 0  # counted up by the page with each socket; 0: it does not count
    epoch: int = 0  # of the phone that it says it has, with its hello
    formerly: str = ""  # its client id before another document had the same
    signed_out: bool = False  # its session is over, and it stays for the facts of its call
    token: str = field(
        default_factory=lambda: secrets.token_hex(8)
    )  # names this connection, also to other workers
    # the journal's number when it arrived: what is said of its client before that is not about it
    since: float = math.inf
    pings: int = 0  # the number of the last ping
    ping_at: float = 0.0  # when the next one is due, on the monotonic clock
    pong: int = 0  # the last ping that was answered
    written: int = 0  # the last pong that is in the database
    told: Pong | None = None  # what the last pong said
    known: tuple[str, bool] | None = None  # microphone and registered, as others know them
    left: bool = False  # it has said that it goes away
    alone: PeerNotice = field(
        default_factory=lambda: PeerNotice(False)
    )  # what it may believe about others
    stored_alone: tuple[int, bool] = (0, False)  # epoch, and what the lease's row says of it
    claims: bool = False  # its last pong said that it owns the phone
    confirmed: int = 0  # the epoch with which it last answered
    looked: int = 0  # the last pong whose missing calls were counted
    missing: dict[str, int] = field(
        default_factory=dict
    )  # call → how many pongs in a row did not name it
    shows: float = math.inf  # the number of the snapshot that it was welcomed with
    held: list[bytes] | None = field(
        default_factory=list
    )  # changes that wait until the snapshot has left

    def push(self, data: bytes) -> None:
        if self.held is None:
            self.connection.send_queue.push(data)
        else:
            self.held.append(data)

    def welcome(self, message: dict[str, Any]) -> None:
        """The snapshot first, then what came meanwhile; the browser drops what the snapshot already
        holds.
        """
        self.connection.send(message)
        self.shows = message.get("seq", self.shows)
        held, self.held = self.held or [], None
        for data in held:
            self.connection.send_queue.push(data)


def member_name(member: Member) -> str:
    """For the log."""
    return f"client {member.client} of agent {member.agent}"


def change_frame(seq: int, html: str) -> bytes:
    return text_frame(messages.encode({"type": "change", "seq": seq, "html": html}))


class Group:
    """Listeners who share topics and language."""

    __slots__ = (
        "language", "listed", "members", "organisation", "pending", "teams", "told", "topics",
    )  # fmt: skip

    def __init__(self, member: Member) -> None:
        self.organisation, self.language, self.topics = (
            member.organisation,
            member.language,
            member.topics,
        )
        self.teams = frozenset(
            topic.removeprefix("team:") for topic in member.topics if topic.startswith("team:")
        )
        self.members: set[Member] = set()
        self.pending: list[bytes] = []
        self.listed: list[MissedCallView] | None = None
        self.told = 0  # the number of the last change that its walls were sent

    def add(self, member: Member) -> None:
        self.members.add(member)
        self.listed = None  # what its snapshot will hold is not known

    def all_later_than(self, seq: int) -> bool:
        return all(member.shows < seq for member in self.members)

    def add_changes(self, changes: Iterable[tuple[int, str]]) -> None:
        """Numbers and their HTML, to be sent with the next flush."""
        self.pending += [change_frame(seq, html) for seq, html in changes]

    def flush(self) -> None:
        data, self.pending = b"".join(self.pending), []
        for member in list(self.members):
            member.push(data)
