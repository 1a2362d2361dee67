"""Pings all clients of this worker, and stores the notices about peers that pings carry."""

from __future__ import annotations

import logging
import random
import time

import gevent

from ..storage import client_store
from ..storage.batches import all_or_each
from ..storage.database import Database
from ..storage.leases import Leases
from .hub import Hub
from .members import Member, member_name

log = logging.getLogger(__name__)

_AT_ONCE = 50  # members pinged without a pause: they block the event loop
_EARLY = 3  # the first pings, which a hello, a grant and a confirmation cause at once
_AFTER_HELLO = 0.2  # seconds
# of the usual pause: a wall shows how old it is, and ten seconds without a message are too long
_WALL_PINGS = 0.4


class Pings:
    def __init__(self, hub: Hub, database: Database, leases: Leases, ping_seconds: float) -> None:
        self._hub = hub
        self._database = database
        self._leases = leases
        self._pause = ping_seconds

    def after_hello(self, member: Member) -> None:
        """Pings a new member and the agent's others soon: a holder learns at once that others stand
        by.
        """
        soon = time.monotonic() + _AFTER_HELLO
        member.ping.due_at = soon
        for other in self._hub.of_agent(member.agent):
            other.ping.due_at = min(other.ping.due_at, soon)

    def send_due(self) -> None:
        now = time.monotonic()
        open_ = [member for member in self._hub.members.values() if not member.socket.over]
        due = [member for member in open_ if member.ping.due_at <= now and member.welcomed]
        for first in range(0, len(due), _AT_ONCE):
            all_or_each(due[first : first + _AT_ONCE], self._send, log, member_name)
            gevent.sleep(0)

    def _send(self, due: list[Member]) -> None:
        with self._database.read() as session:
            at = self._database.now(session)
            holders = client_store.holders(session, {member.agent for member in due})
            epochs = {
                member: holders[member.agent][1]
                for member in due
                if holders.get(member.agent, ("", 0))[0] == member.client
            }
            others = self._leases.with_peers(
                session, {member.agent: member.client for member in epochs}
            )
        for member in due:
            self._count(member)
        self._store_notices(epochs, others)
        for member in due:
            ping = {
                "type": "ping",
                "n": member.ping.sent,
                "heard": member.heartbeat.stored_pong,
                "others": member in epochs and member.agent in others,
                "at": at,
            }
            if member in epochs:
                ping["epoch"] = epochs[member]
            member.socket.send(ping)

    def _count(self, member: Member) -> None:
        member.ping.sent += 1
        # Clients that connected together are pinged at different times.
        early = member.ping.sent <= _EARLY
        pause = random.random() if early else 1.0  # noqa: S311 (no secret)
        often = _WALL_PINGS if member.view == "wall" else 1.0
        member.ping.due_at = time.monotonic() + self._pause * pause * often

    def _store_notices(self, epochs: dict[Member, int], others: set[str]) -> None:
        """Stores a notice before its holder receives it, and keeps it until the holder has answered
        the opposite notice.
        """
        for member in epochs:
            notice = member.lease.notice
            notice.answered(member.heartbeat.last_pong)
            notice.sending(member.ping.sent, member.agent in others)
        changed = {
            member: (epoch, member.lease.notice.no_peers)
            for member, epoch in epochs.items()
            if member.lease.stored != (epoch, member.lease.notice.no_peers)
        }
        if not changed:
            return
        with self._database.write() as session:
            for member, (epoch, no_peers) in sorted(changed.items(), key=lambda one: one[0].agent):
                self._leases.set_no_peers(session, member.agent, member.client, epoch, no_peers)
        for member, stored in changed.items():
            member.lease.stored = stored
