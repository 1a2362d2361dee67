"""The hub of one worker: who listens here, and the one greenlet that passes changes on in the order of the journal.

Listeners who share topics and language are one group: a change is rendered once per topic and language, encoded once,
and the same bytes go to every outbox of the group. What waits together leaves in one write. Changes for walls are
gathered for a moment first.
"""

from __future__ import annotations

import logging
import math
import secrets
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import gevent
from gevent.queue import Empty, SimpleQueue

from ..domain.lease_values import Told
from ..storage import clients, journal
from ..storage.clients import Pong
from ..storage.database import Database
from ..storage.unanswered import UnansweredView
from . import messages
from .connection import Connection
from .fragments import Fragments
from .frames import text_frame
from .gathering import Gathering
from .wall_news import WallNews

log = logging.getLogger(__name__)

_TOGETHER = 64  # lines that may leave in one write


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
    token: str = field(default_factory=lambda: secrets.token_hex(8))  # names this connection, also to other workers
    since: float = math.inf  # the journal's number when it arrived: what is said of its client before that is not about it
    pings: int = 0  # the number of the last ping
    ping_at: float = 0.0  # when the next one is due, on the monotonic clock
    pong: int = 0  # the last ping that was answered
    written: int = 0  # the last pong that is in the database
    told: Pong | None = None  # what the last pong said
    known: tuple[str, bool] | None = None  # microphone and registered, as others know them
    left: bool = False  # it has said that it goes away
    alone: Told = field(default_factory=lambda: Told(False))  # what it may believe about others
    stored_alone: tuple[int, bool] = (0, False)  # epoch, and what the lease's row says of it
    claims: bool = False  # its last pong said that it owns the phone
    confirmed: int = 0  # the epoch with which it last answered
    missing: dict[str, int] = field(default_factory=dict)  # call → how many pongs in a row did not name it
    shows: float = math.inf  # the number of the snapshot that it was welcomed with
    held: list[bytes] | None = field(default_factory=list)  # changes that wait until the snapshot has left

    def push(self, data: bytes) -> None:
        if self.held is None:
            self.connection.outbox.push(data)
        else:
            self.held.append(data)

    def welcome(self, message: dict[str, Any]) -> None:
        """The snapshot first, then what came meanwhile; the browser drops what the snapshot already holds."""
        self.connection.send(message)
        self.shows = message.get("seq", self.shows)
        held, self.held = self.held or [], None
        for data in held:
            self.connection.outbox.push(data)


class _Group:
    __slots__ = ("language", "listed", "members", "organisation", "pending", "teams", "topics")

    def __init__(self, member: Member) -> None:
        self.organisation, self.language, self.topics = member.organisation, member.language, member.topics
        self.teams = frozenset(topic.removeprefix("team:") for topic in member.topics if topic.startswith("team:"))
        self.members: set[Member] = set()
        self.pending: list[bytes] = []
        self.listed: list[UnansweredView] | None = None

    def add(self, member: Member) -> None:
        self.members.add(member)
        self.listed = None  # what its snapshot will hold is not known

    def all_later_than(self, seq: int) -> bool:
        return all(member.shows < seq for member in self.members)

    def flush(self) -> None:
        data, self.pending = b"".join(self.pending), []
        for member in list(self.members):
            member.push(data)


class Hub:
    def __init__(self, database: Database, fragments: Fragments, gather_seconds: float = 0.1) -> None:
        self.database = database
        self.fragments = fragments
        self.started = time.monotonic()
        self.members: dict[tuple[str, str], Member] = {}
        self._by_agent: dict[str, dict[str, Member]] = defaultdict(dict)
        self._groups: dict[tuple[str, frozenset[str], str], _Group] = {}
        self._by_topic: dict[str, set[_Group]] = defaultdict(set)
        self._walls: dict[str, set[_Group]] = defaultdict(set)  # by organisation
        self._gathering = Gathering(gather_seconds)
        self._position: dict[str, int] = {}
        self._lines: SimpleQueue[journal.Line | str] = SimpleQueue()
        self._dirty: set[_Group] = set()

    def start(self) -> None:
        gevent.spawn(self._relay)

    # ---- who listens

    def join(self, member: Member) -> bool:
        """Subscribes; call it before the member's snapshot is read. A second connection of a client replaces the first.

        False: it is itself the older one, whose hello comes late.
        """
        current = self.members.get((member.agent, member.client))
        if current is not None and clients.is_late(member.serial, current.serial):
            return False
        if member.organisation not in self._position:
            with self.database.read() as session:
                position = journal.position(session, member.organisation)
            self._position.setdefault(member.organisation, position)
        former = self.members.get((member.agent, member.client))
        self.members[member.agent, member.client] = member
        self._by_agent[member.agent][member.client] = member
        key = (member.organisation, member.topics, member.language)
        group = self._groups.get(key) or self._groups.setdefault(key, _Group(member))
        group.add(member)
        for topic in member.topics:
            self._by_topic[topic].add(group)
        if group.teams:
            self._walls[group.organisation].add(group)
        if former is not None:  # last: while nobody of an organisation listens, its place in the journal is forgotten
            self.replace(former)
        return True

    def leave(self, member: Member) -> bool:
        """Whether this connection was still the client's current one."""
        self._unsubscribe(member)
        current = self.members.get((member.agent, member.client)) is member
        if current:
            del self.members[member.agent, member.client]
            del self._by_agent[member.agent][member.client]
            if not self._by_agent[member.agent]:
                del self._by_agent[member.agent]
        return current

    def _unsubscribe(self, member: Member) -> None:
        group = self._groups.get((member.organisation, member.topics, member.language))
        if group is not None and member in group.members:
            group.members.discard(member)
            if not group.members:
                self._forget(group)

    def _forget(self, group: _Group) -> None:
        self._groups.pop((group.organisation, group.topics, group.language), None)
        for topic in group.topics:
            self._by_topic[topic].discard(group)
            if not self._by_topic[topic]:
                del self._by_topic[topic]
        self._walls[group.organisation].discard(group)
        if not self._walls[group.organisation]:
            del self._walls[group.organisation]
            self._gathering.listed(group.organisation, None)
        if not any(other.organisation == group.organisation for other in self._groups.values()):
            self._position.pop(group.organisation, None)

    def of_agent(self, agent: str) -> list[Member]:
        return list(self._by_agent[agent].values()) if agent in self._by_agent else []

    def holds(self, member: Member) -> bool:
        """A socket of this member's client is open here: this one or a newer."""
        return (member.agent, member.client) in self.members

    # ---- what happened

    def take(self, lines: Iterable[journal.Line]) -> None:
        """Committed lines, from this worker or another, in any order and more than once."""
        for line in lines:
            self._lines.put(line)

    def look(self) -> None:
        """Reads the journal for lines that nobody announced here (after a loss of the backplane)."""
        for organisation in list(self._position):
            self._lines.put(organisation)

    def _relay(self) -> None:
        while True:
            try:
                self._try(self._lines.get(timeout=self._gathering.wait()))
            except Empty:
                pass  # what was gathered is due
            for _ in range(_TOGETHER):  # and no more: reading the journal may wait, and new lines must not keep old ones here
                if self._lines.empty():
                    break
                self._try(self._lines.get())
            self._tell_walls()
            self._flush()

    def _try(self, entry: journal.Line | str) -> None:
        try:
            self._pass_on(entry)
        except Exception:
            log.exception("a change could not be passed on")

    def _pass_on(self, entry: journal.Line | str) -> None:
        organisation = entry if isinstance(entry, str) else entry.organisation
        position = self._position.get(organisation)
        if position is None:
            return  # nobody of this organisation listens here
        if isinstance(entry, journal.Line) and entry.seq <= position:
            return
        if isinstance(entry, journal.Line) and entry.seq == position + 1:
            self._deliver(entry)
            return
        while missing := self._missing(organisation):
            for line in missing:
                self._deliver(line)

    def _missing(self, organisation: str) -> list[journal.Line]:
        position = self._position.get(organisation)
        if position is None:
            return []
        with self.database.read() as session:
            return journal.after(session, organisation, position)

    def _deliver(self, line: journal.Line) -> None:
        self._position[line.organisation] = line.seq
        _DELIVER[line.type](self, line)

    def _agent(self, line: journal.Line) -> None:
        if line.organisation in self._walls:
            self._gathering.take(line)
        rendered: dict[str, bytes] = {}
        for group in self._by_topic.get(f"agent:{line.payload['agent']['id']}", ()):
            if group.language not in rendered:
                rendered[group.language] = _change(line.seq, self.fragments.change("agent", line.payload, group.language))
            group.pending.append(rendered[group.language])
            self._dirty.add(group)

    def _tell_walls(self) -> None:
        """What was gathered, once its moment is over."""
        for gathered in self._gathering.due():
            position = self._position.get(gathered.organisation)
            groups = self._walls.get(gathered.organisation)
            if position is None or not groups:
                continue  # nobody listens any more
            try:
                news = WallNews(self.database, self.fragments, gathered, position, one_by_one=not self._gathering.window)
                for group in groups:
                    changes = [_change(seq, html) for seq, html in news.of(group)]
                    group.pending += changes
                    self._dirty |= {group} if changes else set()
                if gathered.calls:
                    self._gathering.listed(gathered.organisation, news.waiting_numbers(groups))
            except Exception:
                log.exception("what was gathered for the walls of an organisation could not be told")

    def _signal(self, line: journal.Line) -> None:
        self._flush()
        payload = line.payload
        of_lease = payload["message"]["type"].startswith("lease.")
        for member in self.of_agent(payload["agent"]):
            if of_lease and line.seq <= member.since < math.inf:
                continue  # its welcome says how the lease is now
            if member.client != payload["but"] and payload["to"] in (None, member.client):
                member.push(text_frame(messages.encode(payload["message"])))
                if payload["message"]["type"] == "lease.granted":
                    member.ping_at = 0.0  # its answer with the new epoch proves that it knows

    def _replaced(self, line: journal.Line) -> None:
        """The client has said hello on another worker: its connection here is no longer the client's."""
        member = self.members.get((line.payload["agent"], line.payload["client"]))
        if member is not None and member.token != line.payload["by"] and member.since < line.seq:
            self.replace(member)

    def replace(self, member: Member) -> None:
        """Another socket speaks for this client now."""
        self.leave(member)
        member.connection.goodbye(messages.REPLACED, "another connection has the same client id")

    def _session_ended(self, line: journal.Line) -> None:
        for member in list(self.members.values()):
            if member.session_id != line.payload["session"]:
                continue
            if member.client in line.payload.get("but", ()):
                member.signed_out = True
                self._unsubscribe(member)
            else:
                member.connection.goodbye(messages.SIGN_IN, "signed out")

    def _flush(self) -> None:
        dirty, self._dirty = self._dirty, set()
        for group in dirty:
            group.flush()


def _change(seq: int, html: str) -> bytes:
    return text_frame(messages.encode({"type": "change", "seq": seq, "html": html}))


_DELIVER = {"agent": Hub._agent, "signal": Hub._signal, "replaced": Hub._replaced, "session_ended": Hub._session_ended}
