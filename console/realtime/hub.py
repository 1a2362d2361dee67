"""The hub of one worker: who listens here, and the one greenlet that passes changes on in the order
of the journal.

Listeners who share topics and language are one group: a change is rendered once per topic and
language, encoded once, and the same bytes go to every outbox of the group. What waits together
leaves in one write. Changes for walls are gathered for a moment first.
"""

from __future__ import annotations

import logging
import math
import time
from collections import defaultdict
from collections.abc import Iterable

import gevent
from gevent.queue import Empty, SimpleQueue

from ..storage import client_hellos, command_args, journal
from ..storage.database import Database
from . import messages
from .fragments import Fragments
from .frames import text_frame
from .members import Group, Member, change_frame
from .wall_relay import WallRelay
from .wall_throttle import Gathering

__all__ = ["Hub", "Member"]

log = logging.getLogger(__name__)

_TOGETHER = 64  # lines that may leave in one write
_TRIES = 4  # to pass one line on; then its listeners come back to a snapshot
_PAUSE = 0.1  # seconds before the first of them that is not the first; twice as long each time
_JOURNAL_AWAY = 1.0  # seconds between two attempts to read the journal


class Undelivered(Exception):
    """A line that could not be passed on."""

    def __init__(self, line: journal.JournalEntry) -> None:
        super().__init__(f"line {line.seq} of {line.organisation}")
        self.line = line


class Hub:
    def __init__(
        self, database: Database, fragments: Fragments, gather_seconds: float = 0.1
    ) -> None:
        self.database = database
        self.fragments = fragments
        self.started = time.monotonic()
        self.members: dict[tuple[str, str], Member] = {}
        self._by_agent: dict[str, dict[str, Member]] = defaultdict(dict)
        self._groups: dict[tuple[str, frozenset[str], str], Group] = {}
        self._by_topic: dict[str, set[Group]] = defaultdict(set)
        self._walls: dict[str, set[Group]] = defaultdict(set)  # by organisation
        self._wall_relay = WallRelay(database, fragments, Gathering(gather_seconds), self._hang_up)
        self._position: dict[str, int] = {}
        self._lines: SimpleQueue[journal.JournalEntry | str] = SimpleQueue()
        self._dirty: set[Group] = set()
        self._paused: set[str] = set()  # organisations whose next line is tried again later
        self._failed: dict[str, int] = {}  # organisation → how often its next line has failed

    def start(self) -> None:
        gevent.spawn(self._relay)

    # ---- who listens

    def join(self, member: Member) -> bool:
        """Subscribes; call it before the member's snapshot is read. A second connection of a client
        replaces the first.

        False: it is itself the older one, whose hello comes late.
        """
        if member.organisation not in self._position:
            with self.database.read() as session:
                position = journal.position(session, member.organisation)
            self._position.setdefault(member.organisation, position)
        former = self.members.get((member.agent, member.client))
        if former is not None and client_hellos.is_older_socket(member.serial, former.serial):
            return False
        self.members[member.agent, member.client] = member
        self._by_agent[member.agent][member.client] = member
        key = (member.organisation, member.topics, member.language)
        group = self._groups.get(key) or self._groups.setdefault(key, Group(member))
        group.add(member)
        for topic in member.topics:
            self._by_topic[topic].add(group)
        if group.teams:
            self._walls[group.organisation].add(group)
        if (
            former is not None
        ):  # last: while nobody of an organisation listens, its place in the journal is forgotten
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

    def _forget(self, group: Group) -> None:
        self._groups.pop((group.organisation, group.topics, group.language), None)
        for topic in group.topics:
            self._by_topic[topic].discard(group)
            if not self._by_topic[topic]:
                del self._by_topic[topic]
        self._walls[group.organisation].discard(group)
        if not self._walls[group.organisation]:
            del self._walls[group.organisation]
            self._wall_relay.forget(group.organisation)
        if not any(other.organisation == group.organisation for other in self._groups.values()):
            self._position.pop(group.organisation, None)

    def of_agent(self, agent: str) -> list[Member]:
        return list(self._by_agent[agent].values()) if agent in self._by_agent else []

    def holds(self, member: Member) -> bool:
        """A socket of this member's client is open here: this one or a newer."""
        return (member.agent, member.client) in self.members

    # ---- what happened

    def take(self, lines: Iterable[journal.JournalEntry]) -> None:
        """Committed lines, from this worker or another, in any order and more than once."""
        for line in lines:
            self._lines.put(line)

    def look(self) -> None:
        """Reads the journal for lines that nobody announced here (after a loss of the
        backplane).
        """
        for organisation in list(self._position):
            self._lines.put(organisation)

    def _relay(self) -> None:
        while True:
            try:
                self._try(self._lines.get(timeout=self._wall_relay.wait()))
            except Empty:
                pass  # what was gathered is due
            for _ in range(
                _TOGETHER
            ):  # and no more: reading the journal may wait, and new lines must not keep old ones here
                if self._lines.empty():
                    break
                self._try(self._lines.get())
            try:
                self._dirty |= self._wall_relay.tell(self._position, self._walls)
                self._flush()
            except Exception:
                log.exception("what waited here could not leave")

    def _try(self, entry: journal.JournalEntry | str) -> None:
        organisation = entry if isinstance(entry, str) else entry.organisation
        if organisation in self._paused:
            return  # it is read from the journal when the pause is over
        try:
            self._pass_on(entry)
        except Undelivered as failed:
            log.exception("a change could not be passed on")
            self._try_again(failed.line)
        except Exception:
            log.exception("the journal could not be read")
            self._pause(organisation, _JOURNAL_AWAY)

    def _try_again(self, line: journal.JournalEntry) -> None:
        """Nothing is passed on out of order; a line that fails for ever stops nobody for ever."""
        tries = self._failed[line.organisation] = self._failed.get(line.organisation, 0) + 1
        if tries >= _TRIES:
            log.error("line %s of %s is given up", line.seq, line.organisation)
            self._hang_up(self._concerned(line))
            self._advance(line)
        self._pause(line.organisation, _PAUSE * 2 ** (tries - 1))

    def _pause(self, organisation: str, seconds: float) -> None:
        self._paused.add(organisation)
        gevent.spawn_later(seconds, self._resume, organisation)

    def _resume(self, organisation: str) -> None:
        self._paused.discard(organisation)
        self._lines.put(organisation)

    def _concerned(self, line: journal.JournalEntry) -> list[Member]:
        """The pages that stay wrong without this line: the agent's, or all where it names
        no agent.
        """
        agent = line.payload.get("agent")
        agent = agent.get("id") if isinstance(agent, dict) else agent
        all_ = [one for one in self.members.values() if one.organisation == line.organisation]
        return [one for one in all_ if one.agent == agent] if isinstance(agent, str) else all_

    def _hang_up(self, members: Iterable[Member]) -> None:
        """They come back to a snapshot, and get nothing more until then."""
        for member in list(members):
            self._unsubscribe(member)
            member.connection.goodbye(messages.RESTARTING, "come back")

    def _pass_on(self, entry: journal.JournalEntry | str) -> None:
        organisation = entry if isinstance(entry, str) else entry.organisation
        position = self._position.get(organisation)
        if position is None:
            return  # nobody of this organisation listens here
        if isinstance(entry, journal.JournalEntry) and entry.seq <= position + 1:
            if entry.seq > position:
                self._deliver(entry)
            return
        while missing := self._missing(organisation):
            if (
                missing[0].seq > self._position[organisation] + 1
            ):  # the lines between are not kept any more
                self._hang_up(
                    one for one in self.members.values() if one.organisation == organisation
                )
                return
            for line in missing:
                self._deliver(line)

    def _missing(self, organisation: str) -> list[journal.JournalEntry]:
        position = self._position.get(organisation)
        if position is None:
            return []
        with self.database.read() as session:
            return journal.after(session, organisation, position)

    def _deliver(self, line: journal.JournalEntry) -> None:
        deliver = _DELIVER.get(line.type)  # none: a newer worker has written it
        try:
            if deliver is not None:
                deliver(self, line)
        except Exception as error:
            raise Undelivered(line) from error
        self._advance(line)

    def _advance(self, line: journal.JournalEntry) -> None:
        self._failed.pop(line.organisation, None)
        if self._position.get(line.organisation) == line.seq - 1:  # else all have gone meanwhile
            self._position[line.organisation] = line.seq

    def _agent(self, line: journal.JournalEntry) -> None:
        groups = list(self._by_topic.get(f"agent:{line.payload['agent']['id']}", ()))
        rendered = {
            language: change_frame(line.seq, self.fragments.change("agent", line.payload, language))
            for language in {group.language for group in groups}
        }
        if line.organisation in self._walls:
            self._wall_relay.take(line)
        for group in groups:  # nothing fails from here on: a line is pushed to all or to nobody
            group.pending.append(rendered[group.language])
            self._dirty.add(group)

    def _signal(self, line: journal.JournalEntry) -> None:
        self._flush()
        payload = line.payload
        of_lease = payload["message"]["type"].startswith("lease.")
        concerned = [
            member
            for member in self.of_agent(payload["agent"])
            if member.client != payload["but"] and payload["to"] in (None, member.client)
            if not (
                of_lease and line.seq <= member.since < math.inf
            )  # its welcome says how the lease is now
        ]
        message = command_args.message_with_args(self.database, payload) if concerned else None
        if message is None:
            return
        frame = text_frame(messages.encode(message))
        for member in concerned:
            member.push(frame)
            if message["type"] == "lease.granted":
                member.ping_at = 0.0  # its answer with the new epoch proves that it knows

    def _replaced(self, line: journal.JournalEntry) -> None:
        """The client has said hello on another worker: its connection here is no longer the
        client's.
        """
        member = self.members.get((line.payload["agent"], line.payload["client"]))
        if member is not None and member.token != line.payload["by"] and member.since < line.seq:
            self.replace(member)

    def replace(self, member: Member) -> None:
        """Another socket speaks for this client now."""
        self.leave(member)
        member.connection.goodbye(messages.REPLACED, "another connection has the same client id")

    def _session_ended(self, line: journal.JournalEntry) -> None:
        for member in list(self.members.values()):
            if member.session_id != line.payload["session"]:
                continue
            if member.client in line.payload.get("but", ()):
                member.signed_out = True
                self._unsubscribe(member)
            else:
                member.connection.goodbye(messages.SIGN_IN, "signed out")

    def _flush(self) -> None:
        while self._dirty:
            self._dirty.pop().flush()


_DELIVER = {
    "agent": Hub._agent,
    "signal": Hub._signal,
    "replaced": Hub._replaced,
    "session_ended": Hub._session_ended,
}
