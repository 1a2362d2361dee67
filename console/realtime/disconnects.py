"""Clients whose socket has ended. One that is back within two seconds was never away: nothing is
written, nobody sees it go.

That matters when all come back at once, after a moment without network or a restart of a proxy. Who
says that it leaves is written at once, and so is everybody while the agent has another client here,
because her phone may have to move on.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict

import gevent
from sqlalchemy.orm import Session

from ..services.ownership import Ownership
from ..storage import client_hellos, client_store, models
from ..storage.batches import all_or_each
from .hub import Hub, Member
from .members import member_name

log = logging.getLogger(__name__)

_AT_ONCE = 20  # the event loop stands still meanwhile


class Farewells:
    """`comeback`: ms within which a client may return unnoticed."""

    def __init__(self, hub: Hub, ownership: Ownership, worker: str, comeback: int) -> None:
        self._hub = hub
        self._ownership = ownership
        self._units = ownership.units
        self._worker = worker
        self._comeback = comeback / 1000
        self._away: dict[str, dict[str, tuple[Member, float]]] = defaultdict(
            dict
        )  # agent → client → it, and since when
        self._wordless: dict[Member, float] = {}  # closed without a word, and since when

    def gone(self, member: Member) -> None:
        self._away[member.agent][member.client] = (member, time.monotonic())
        if not member.left and member.view != "wall":
            self._wordless[member] = time.monotonic()
        if member.left or self._hub.of_agent(member.agent):
            self._write(self._of_agent(member.agent))

    def left(self, agent: str, client: str, serial: int = 0) -> None:
        """It has said so by HTTP, before or after its socket ended. `serial`: of that socket."""
        member = self._hub.members.get((agent, client))
        if member is not None and not (
            serial and client_hellos.is_older_socket(serial, member.serial)
        ):
            member.left = True
        self._write([one for one in self._of_agent(agent) if one.client == client])

    def settle(self, member: Member) -> None:
        """It has come: other clients of the same agent that are away are not waited for
        any longer.
        """
        if member.agent in self._away:
            self._over(member.agent, member.client)
            self._write(self._of_agent(member.agent))

    def write(self, *, stopping: bool = False) -> None:
        """Those who have not come back in time. A worker that stops waits for nobody."""
        before = time.monotonic() - (0 if stopping else self._comeback)
        late = [
            member for away in self._away.values() for member, at in away.values() if at <= before
        ]
        for first in range(0, len(late), _AT_ONCE):
            self._write(late[first : first + _AT_ONCE])
            gevent.sleep(0)
        if not stopping:
            self._tell_of_holders([member for member, at in self._wordless.items() if at <= before])

    def _tell_of_holders(self, members: list[Member]) -> None:
        """The other clients of an agent learn that the page with the phone does not answer."""
        watched = self._watched([member for member in members if not self._hub.holds(member)])
        for member in members:
            if member in watched:
                all_or_each([member], self._tell_of_holder, log, member_name)
                gevent.sleep(0)
            del self._wordless[
                member
            ]  # now: while the database is away, all are told at the next look

    def _tell_of_holder(self, members: list[Member]) -> None:
        for member in members:
            with self._units.begin(member.organisation) as unit:
                self._ownership.tell_of_holder(unit, member.agent, member.client)

    def _watched(self, members: list[Member]) -> list[Member]:
        """Those that hold a lease which another client looks at."""
        if not members:
            return []
        with self._units.database.read() as session:
            holders = client_store.holders(session, {member.agent for member in members})
            looked_at = client_store.agents_with_another_page(session, holders)
        return [
            one for one in members if one.agent in looked_at and holders[one.agent][0] == one.client
        ]

    def _of_agent(self, agent: str) -> list[Member]:
        return [member for member, _ in self._away.get(agent, {}).values()]

    def _over(self, agent: str, client: str) -> None:
        self._away[agent].pop(client, None)
        if not self._away[agent]:
            del self._away[agent]

    def _write(self, members: list[Member]) -> None:
        """A member that cannot be written as gone will count as silent."""
        members = sorted(
            members, key=lambda member: (member.agent, member.client)
        )  # as those who say hello lock their rows
        for organisation in {member.organisation for member in members}:
            some = [member for member in members if member.organisation == organisation]
            all_or_each(some, self._write_some, log, member_name)
        for member in members:
            if self._away.get(member.agent, {}).get(member.client, (None,))[0] is member:
                self._over(member.agent, member.client)

    def _write_some(self, members: list[Member]) -> None:
        """All of one organisation."""
        with self._units.begin(members[0].organisation) as unit:
            for member in members:
                if self._is_gone(unit.session, member) and member.view != "wall":
                    unit.agent_changed(member.agent)

    def _is_gone(self, session: Session, member: Member) -> bool:
        def is_back(row: models.Client) -> bool:
            return row.worker != self._worker or self._hub.holds(member)

        return client_store.mark_disconnected(session, member.agent, member.client, is_back)
