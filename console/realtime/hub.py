"""The hub of one worker: its listeners, and the one greenlet that sends them the changes in the
order of the journal.

Listeners who share topics and language are one audience: a change is rendered once per topic and
language, encoded once, and the same bytes go to every send queue of the audience. Changes that wait
together leave in one write. Changes for walls are throttled first.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterable

import gevent

from ..storage import client_hellos, command_args
from ..storage.database import Database
from ..storage.journal import JournalEntry
from . import messages
from .audience import Audience, change_frame
from .entry_relay import EntryRelay
from .fragments import Fragments, RowChange, row_change
from .frames import text_frame
from .members import Member
from .subscriptions import Subscriptions
from .topics import callback_topic, colleague_topic
from .wall_relay import WallRelay
from .wall_throttle import WallThrottle

__all__ = ["Hub", "Member"]

log = logging.getLogger(__name__)


class Hub:
    def __init__(
        self, database: Database, fragments: Fragments, gather_seconds: float = 0.1
    ) -> None:
        self.database = database
        self.fragments = fragments
        self.started = time.monotonic()
        self._subscriptions = Subscriptions()
        self.members = self._subscriptions.members
        self._entries = EntryRelay(database, self._deliver, self._give_up, self._lost)
        throttle = WallThrottle(gather_seconds)
        self._walls = WallRelay(fragments, throttle, self._hang_up)
        self._dirty: set[Audience] = set()  # audiences that have something to send
        # (agent, language) → the presence that was pushed last
        self._presences: dict[tuple[str, str], str] = {}

    def start(self) -> None:
        gevent.spawn(self.run)

    def run(self) -> None:
        """Sends changes to their listeners, for ever."""
        while True:
            self._entries.pass_on_pending(self._walls.wait())
            try:
                positions, walls = self._entries.positions, self._subscriptions.walls
                self._dirty |= self._walls.render_due(positions, walls)
                self._flush()
            except Exception:
                log.exception("pending changes could not be sent")

    # ---- listeners

    def join(self, member: Member) -> bool:
        """Subscribes the member, before its snapshot is read. A second socket of a client replaces
        the first.

        False: the member itself is the older one, and its hello comes late.
        """
        self._entries.follow(member.organisation)
        former = self.members.get((member.agent, member.client))
        if former is not None and client_hellos.is_older_socket(member.serial, former.serial):
            return False
        self._subscriptions.add(member)
        # Last: while nobody of an organisation listens, its place in the journal is forgotten.
        if former is not None:
            self.replace(former)
        return True

    def leave(self, member: Member) -> bool:
        """Whether this socket was still the client's current one."""
        self._unsubscribe(member)
        return self._subscriptions.remove_current(member)

    def replace(self, member: Member) -> None:
        """Says goodbye to a socket that another socket of its client has replaced."""
        self.leave(member)
        member.socket.goodbye(messages.REPLACED, "another socket has the same client id")

    def _unsubscribe(self, member: Member) -> None:
        empty = self._subscriptions.leave_audience(member)
        if empty is None:
            return
        organisation = empty.organisation
        if organisation not in self._subscriptions.walls:
            self._walls.forget(organisation)
        if not self._subscriptions.listens(organisation):
            self._entries.unfollow(organisation)

    def of_agent(self, agent: str) -> list[Member]:
        return self._subscriptions.of_agent(agent)

    def holds(self, member: Member) -> bool:
        """Whether a socket of this member's client is open here: this one or a newer one."""
        return (member.agent, member.client) in self.members

    # ---- journal entries

    def take(self, entries: Iterable[JournalEntry]) -> None:
        """Takes committed entries, from this worker or another, in any order and repeatedly."""
        self._entries.take(entries)

    def catch_up(self) -> None:
        """Reads the journal for entries that were not announced here."""
        self._entries.catch_up()

    def _deliver(self, entry: JournalEntry) -> None:
        deliver = _DELIVER.get(entry.type)
        if deliver is not None:  # None: a newer worker has written it
            deliver(self, entry)

    def _give_up(self, entry: JournalEntry) -> None:
        """Sends the pages back to a snapshot that stay wrong without this entry: the agent's, or
        all when it names no agent.
        """
        agent = entry.payload.get("agent")
        agent = agent.get("id") if isinstance(agent, dict) else agent
        members = self._subscriptions.of_organisation(entry.organisation)
        self._hang_up(
            [one for one in members if one.agent == agent] if isinstance(agent, str) else members
        )

    def _lost(self, organisation: str) -> None:
        self._hang_up(self._subscriptions.of_organisation(organisation))

    def _hang_up(self, members: Iterable[Member]) -> None:
        """Makes the members come back to a snapshot; they get nothing more until then."""
        for member in list(members):
            self._unsubscribe(member)
            member.socket.goodbye(messages.RESTARTING, "come back")

    def _agent(self, entry: JournalEntry) -> None:
        agent, team = (entry.payload["agent"][name] for name in ("id", "team_id"))
        own = self._subscriptions.of_topic(f"agent:{agent}")
        team_mates = self._subscriptions.of_topic(colleague_topic(team)) if team else []
        presences = self._rendered("colleague", entry, team_mates)
        news = {
            language: html
            for language, html in presences.items()
            if self._presences.get((agent, language)) != html
        }
        frames = {
            language: change_frame(entry.seq, html + presences.get(language, ""))
            for language, html in self._rendered("agent", entry, own).items()
        }
        shared = {language: change_frame(entry.seq, html) for language, html in news.items()}
        if entry.organisation in self._subscriptions.walls:
            self._walls.take(entry)
        # Nothing can fail after this point: an entry is pushed to all or to nobody.
        self._presences.update({(agent, language): html for language, html in news.items()})
        for audience in own:
            audience.pending.append(frames[audience.language])
            self._dirty.add(audience)
        for audience in team_mates:
            if audience.language in shared and audience not in own:
                audience.pending.append(shared[audience.language])
                self._dirty.add(audience)

    def _rendered(
        self, topic: str, entry: JournalEntry, audiences: Iterable[Audience]
    ) -> dict[str, str]:
        """By language."""
        return {
            language: self.fragments.change(topic, entry.payload, language)
            for language in {audience.language for audience in audiences}
        }

    def _callback(self, entry: JournalEntry) -> None:
        if entry.organisation in self._subscriptions.walls:
            self._walls.take(entry)
        payload, rendered = entry.payload, dict[tuple[str, RowChange], bytes]()
        shown: list[tuple[Audience, tuple[str, RowChange]]] = []
        for audience in self._subscriptions.of_topics(
            map(callback_topic, {*payload["before"], *payload["after"]})
        ):
            change = row_change(payload, audience.callbacks)
            if change is not None:
                shown.append((audience, (audience.language, change)))
        for language, change in {kind for _, kind in shown}:
            html = self.fragments.callback(payload, language, change)
            rendered[language, change] = change_frame(entry.seq, html)
        for audience, kind in shown:
            audience.pending.append(rendered[kind])
            self._dirty.add(audience)

    def _signal(self, entry: JournalEntry) -> None:
        self._flush()
        payload = entry.payload
        of_lease = payload["message"]["type"].startswith("lease.")
        receivers = [
            member
            for member in self.of_agent(payload["agent"])
            if member.client != payload["but"] and payload["to"] in (None, member.client)
            if not (
                of_lease and entry.seq <= member.joined_seq < math.inf
            )  # its welcome says how the lease is now
        ]
        message = command_args.message_with_args(self.database, payload) if receivers else None
        if message is None:
            return
        frame = text_frame(messages.encode(message))
        for member in receivers:
            member.push(frame)
            if message["type"] == "lease.granted":
                member.ping.due_now()  # its answer with the new epoch proves that it knows

    def _replaced(self, entry: JournalEntry) -> None:
        """The client has said hello on another worker, so that its socket here is out of date."""
        payload = entry.payload
        member = self.members.get((payload["agent"], payload["client"]))
        if member is None or member.token == payload["by"]:
            return
        if member.joined_seq < entry.seq:
            self.replace(member)

    def _session_ended(self, entry: JournalEntry) -> None:
        for member in list(self.members.values()):
            if member.session_id != entry.payload["session"]:
                continue
            if member.client in entry.payload.get("but", ()):
                member.signed_out = True
                self._unsubscribe(member)
            else:
                member.socket.goodbye(messages.SIGN_IN, "signed out")

    def _flush(self) -> None:
        while self._dirty:
            self._dirty.pop().flush()


_DELIVER = {
    "agent": Hub._agent,
    "callback": Hub._callback,
    "signal": Hub._signal,
    "replaced": Hub._replaced,
    "session_ended": Hub._session_ended,
}
