"""Clients that say hello: their rows, the leases that some of them still hold, and their
snapshots.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ..domain.lease_model import LeaseView, PeerNotice
from ..services.batching import Batcher
from ..services.lease_notices import LeaseNotices
from ..services.ownership import Ownership
from ..services.unit_of_work import UnitOfWork, UnitsOfWork
from ..storage import accounts, client_hellos, journal
from ..storage.client_hellos import ClientBefore
from . import messages
from .disconnects import Disconnects
from .hub import Hub
from .members import HeartbeatState, LeaseState, Member
from .pings import Pings
from .snapshots import Snapshots

Arrival = tuple[Member, str]  # and the browser in words: "Chrome, Windows"
Rows = dict[tuple[str, str], ClientBefore]  # (agent, client) → its row before the hello


class Hellos:
    def __init__(
        self,
        hub: Hub,
        units: UnitsOfWork,
        ownership: Ownership,
        notices: LeaseNotices,
        snapshots: Snapshots,
        pings: Pings,
        disconnects: Disconnects,
        worker: str,
    ) -> None:
        self._hub = hub
        self._units = units
        self._ownership = ownership
        self._notices = notices
        self._snapshots = snapshots
        self._pings = pings
        self._disconnects = disconnects
        self._worker = worker
        self._batcher = Batcher[Arrival, dict[str, Any]](self._welcomes)

    def receive(self, member: Member, place: str) -> None:
        """Subscribes the member and sends its snapshot."""
        if not self._hub.join(member):
            self._hub.replace(member)
            return
        welcome = self._batcher((member, place))
        if self._hub.holds(member):
            self._disconnects.came_back(member)
        self._pings.after_hello(member)
        member.welcome(welcome)

    def _welcomes(self, arrivals: list[Arrival]) -> list[dict[str, Any]]:
        """The welcome of each; all are subscribed already."""
        by_organisation: dict[str, list[Arrival]] = defaultdict(list)
        for one in arrivals:
            by_organisation[one[0].organisation].append(one)
        event_numbers: dict[Member, int] = {}
        ended: list[Member] = []
        late: list[Member] = []
        for organisation, some in by_organisation.items():
            with self._units.begin(organisation) as unit:
                numbers, older = self._store(unit, some)
                event_numbers |= numbers
                late += older
                living = accounts.existing_sessions(
                    unit.session, {member.session_id for member, _ in some}
                )
                ended += [member for member, _ in some if member.session_id not in living]
        for member in ended:  # signed out between opening the socket and saying hello
            member.socket.goodbye(messages.SIGN_IN, "sign in")
        # A stopped worker delivers an old hello; a newer socket represents the client now.
        for member in late:
            self._hub.replace(member)
        snapshots = self._snapshots.of_all([member for member, _ in arrivals])
        return [
            {"type": "welcome", "n": event_numbers[member], **snapshot}
            for (member, _), snapshot in zip(arrivals, snapshots, strict=True)
        ]

    def _store(
        self, unit: UnitOfWork, arrivals: list[Arrival]
    ) -> tuple[dict[Member, int], list[Member]]:
        """The highest event number that is kept from each, and the sockets that come too late."""
        rows = client_hellos.save_hellos(
            unit.session, [self._facts(member, place, unit.now) for member, place in arrivals]
        )
        # After the rows are locked.
        position = journal.position(unit.session, arrivals[0][0].organisation)
        members = [member for member, _ in arrivals]
        late = _late(members, rows)
        present = [member for member in members if member not in late]
        returned = self._ownership.returned(
            unit, [(member.agent, member.client) for member in present]
        )
        for member in present:
            before = rows[member.agent, member.client]
            member.joined_seq = position
            member.heartbeat = HeartbeatState(shown=(before.microphone, before.registered))
            self._report_change(unit, member, before)
            self._restore_lease(unit, member, before, returned.get((member.agent, member.client)))
        return {member: rows[member.agent, member.client].event_n for member in members}, late

    def _report_change(self, unit: UnitOfWork, member: Member, before: ClientBefore) -> None:
        """Closes the client's socket on another worker, and shows a client that looked silent."""
        if before.worker not in ("", self._worker):
            unit.replaced(member.agent, member.client, by=member.token)
        if before.registered and unit.now - before.heard_at >= self._units.silent_after:
            unit.agent_changed(member.agent)

    def _restore_lease(
        self, unit: UnitOfWork, member: Member, before: ClientBefore, lease: LeaseView | None
    ) -> None:
        """Restores the notice of a client that still holds the lease: it may still believe the
        notice that it received before its socket was lost.
        """
        if lease is None:
            if member.epoch:
                self._notices.calls_over(unit, member.agent, member.client, member.epoch)
            return
        member.lease = LeaseState(PeerNotice(lease.no_peers), (lease.epoch, lease.no_peers))
        if not before.worker:  # other pages show the client as gone
            unit.agent_changed(member.agent)
            self._notices.holder_changed(unit, member.agent, member.client)

    def _facts(self, member: Member, place: str, now: int) -> dict[str, Any]:
        return {
            "agent_id": member.agent,
            "id": member.client,
            "browser": member.browser,
            "view": member.view,
            "place": place,
            "session_id": member.session_id,
            "worker": self._worker,
            "arrived_at": now,
            "heard_at": now,
            "used_at": now,
            "serial": member.serial,
            "previous_id": member.formerly,
        }


def _late(members: list[Member], rows: Rows) -> list[Member]:
    """The members for whose client a newer socket has said hello."""
    newest = {pair: row.serial for pair, row in rows.items()}
    for member in members:
        pair = (member.agent, member.client)
        newest[pair] = max(newest[pair], member.serial)
    return [
        one
        for one in members
        if client_hellos.is_older_socket(one.serial, newest[one.agent, one.client])
    ]
