"""Clients whose socket has ended. A client that is back within two seconds counts as never away:
nothing is written or announced. That matters when all clients come back at once, after a moment
without network or a restart of a proxy. A client that announced its leave is written at once, and
so is every client of an agent with another client here, because the agent's phone may have to move.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict

import gevent
from sqlalchemy.orm import Session

from ..services.lease_notices import LeaseNotices
from ..services.unit_of_work import UnitsOfWork
from ..storage import client_hellos, client_store, models
from ..storage.batches import all_or_each
from ..storage.database import Database
from .hub import Hub
from .members import Member, member_name

log = logging.getLogger(__name__)

_AT_ONCE = 20  # they block the event loop


class Disconnects:
    """`comeback`: ms within which a client may return unnoticed."""

    def __init__(
        self,
        hub: Hub,
        database: Database,
        units: UnitsOfWork,
        notices: LeaseNotices,
        worker: str,
        comeback: int,
    ) -> None:
        self._hub = hub
        self._database = database
        self._units = units
        self._notices = notices
        self._worker = worker
        self._comeback = comeback / 1000
        self._away: dict[str, dict[str, tuple[Member, float]]] = defaultdict(
            dict
        )  # agent → client → the member, and since when
        # since when; the agents' other clients are notified later
        self._unannounced: dict[Member, float] = {}
        self._announced: set[Member] = set()  # members that announced their leave

    def announced(self, member: Member) -> None:
        """The client announces its leave."""
        self._announced.add(member)

    def ended(self, member: Member) -> None:
        """The socket has ended, announced or not: either way the client's silence counts from its
        last pong.
        """
        announced = member in self._announced
        self._announced.discard(member)
        if not self._hub.leave(member):
            return
        self._away[member.agent][member.client] = (member, time.monotonic())
        if not announced and member.view != "wall":
            self._unannounced[member] = time.monotonic()
        if announced or self._hub.of_agent(member.agent):
            self._write(self._of_agent(member.agent))

    def left_by_http(self, agent: str, client: str, serial: int = 0) -> None:
        """The client has announced its leave by HTTP, before or after its socket ended.

        `serial`: of that socket.
        """
        member = self._hub.members.get((agent, client))
        if member is not None and not (
            serial and client_hellos.is_older_socket(serial, member.serial)
        ):
            self.announced(member)
        self._write([one for one in self._of_agent(agent) if one.client == client])

    def came_back(self, member: Member) -> None:
        """The client has said hello: other clients of the agent that are away are written now."""
        if member.agent in self._away:
            self._forget(member.agent, member.client)
            self._write(self._of_agent(member.agent))

    def write_late(self, *, stopping: bool = False) -> None:
        """Writes the clients that did not come back in time; a worker that stops waits for none."""
        before = time.monotonic() - (0 if stopping else self._comeback)
        late = [
            member for away in self._away.values() for member, at in away.values() if at <= before
        ]
        for first in range(0, len(late), _AT_ONCE):
            self._write(late[first : first + _AT_ONCE])
            gevent.sleep(0)
        if not stopping:
            self._report_holders(
                [member for member, at in self._unannounced.items() if at <= before]
            )

    def _report_holders(self, members: list[Member]) -> None:
        """Notifies the other clients of an agent that the page with the phone does not answer."""
        watched = self._watched([member for member in members if not self._hub.holds(member)])
        for member in members:
            if member in watched:
                all_or_each([member], self._report_holder, log, member_name)
                gevent.sleep(0)
            # Only now: while the database is away, all are reported at the next attempt.
            del self._unannounced[member]

    def _report_holder(self, members: list[Member]) -> None:
        for member in members:
            with self._units.begin(member.organisation) as unit:
                self._notices.holder_changed(unit, member.agent, member.client)

    def _watched(self, members: list[Member]) -> list[Member]:
        """The members that hold a lease while the agent has another client."""
        if not members:
            return []
        with self._database.read() as session:
            holders = client_store.holders(session, {member.agent for member in members})
            with_others = client_store.agents_with_another_page(session, holders)
        return [
            one
            for one in members
            if one.agent in with_others and holders[one.agent][0] == one.client
        ]

    def _of_agent(self, agent: str) -> list[Member]:
        return [member for member, _ in self._away.get(agent, {}).values()]

    def _forget(self, agent: str, client: str) -> None:
        self._away[agent].pop(client, None)
        if not self._away[agent]:
            del self._away[agent]

    def _write(self, members: list[Member]) -> None:
        """Writes members as disconnected. One that cannot be written will count as silent."""
        # The order in which all transactions lock the rows of clients.
        members = sorted(members, key=lambda member: (member.agent, member.client))
        for organisation in {member.organisation for member in members}:
            some = [member for member in members if member.organisation == organisation]
            all_or_each(some, self._write_some, log, member_name)
        for member in members:
            if self._away.get(member.agent, {}).get(member.client, (None,))[0] is member:
                self._forget(member.agent, member.client)

    def _write_some(self, members: list[Member]) -> None:
        """Writes members of one organisation."""
        with self._units.begin(members[0].organisation) as unit:
            for member in members:
                if self._is_gone(unit.session, member) and member.view != "wall":
                    unit.agent_changed(member.agent)

    def _is_gone(self, session: Session, member: Member) -> bool:
        def is_back(row: models.Client) -> bool:
            return row.worker != self._worker or self._hub.holds(member)

        return client_store.mark_disconnected(session, member.agent, member.client, is_back)
