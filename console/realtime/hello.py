"""Clients that say hello: their rows, the lease that some of them still hold, and the picture that
each is shown.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ..domain.lease_model import PeerNotice
from ..services.batching import Batcher
from ..services.ownership import Ownership
from ..services.unit_of_work import UnitOfWork
from ..storage import accounts, client_hellos, journal
from . import messages
from .hub import Hub, Member
from .snapshots import Snapshots

Come = tuple[Member, str]  # and the place in words: "Chrome, Windows"


class Arrivals:
    def __init__(self, hub: Hub, ownership: Ownership, snapshots: Snapshots, worker: str) -> None:
        self._hub = hub
        self._ownership = ownership
        self._snapshots = snapshots
        self._worker = worker
        self._batcher = Batcher[Come, dict[str, Any]](self._all)

    def welcome(self, member: Member, place: str) -> dict[str, Any]:
        """Call it when the member is subscribed already."""
        return self._batcher((member, place))

    def _all(self, come: list[Come]) -> list[dict[str, Any]]:
        by_organisation: dict[str, list[Come]] = defaultdict(list)
        for one in come:
            by_organisation[one[0].organisation].append(one)
        kept: dict[Member, int] = {}
        ended: list[Member] = []
        late: list[Member] = []
        for organisation, some in by_organisation.items():
            with self._ownership.units.begin(organisation) as unit:
                events, older = self._store(unit, some)
                kept |= events
                late += older
                living = accounts.existing_sessions(
                    unit.session, {member.session_id for member, _ in some}
                )
                ended += [member for member, _ in some if member.session_id not in living]
        for member in ended:  # signed out between opening the socket and saying hello
            member.connection.goodbye(messages.SIGN_IN, "sign in")
        for (
            member
        ) in late:  # a stopped worker delivers its hello now; a newer socket speaks for this client
            self._hub.replace(member)
        pictures = self._snapshots.of_all([member for member, _ in come])
        return [
            {"type": "welcome", "n": kept[member], **picture}
            for (member, _), picture in zip(come, pictures, strict=True)
        ]

    def _store(self, unit: UnitOfWork, come: list[Come]) -> tuple[dict[Member, int], list[Member]]:
        """The highest event number that is kept from each, and the sockets that come too late."""
        known = client_hellos.save_hellos(
            unit.session, [self._facts(member, place, unit.now) for member, place in come]
        )
        position = journal.position(
            unit.session, come[0][0].organisation
        )  # after the rows are locked
        newest = {pair: before.serial for pair, before in known.items()}
        for member, _ in come:
            pair = (member.agent, member.client)
            newest[pair] = max(newest[pair], member.serial)
        late = [
            one
            for one, _ in come
            if client_hellos.is_older_socket(one.serial, newest[one.agent, one.client])
        ]
        present = [member for member, _ in come if member not in late]
        returned = self._ownership.returned(
            unit, [(member.agent, member.client) for member in present]
        )
        for member in present:
            before = known[member.agent, member.client]
            if before.worker not in ("", self._worker):
                unit.replaced(member.agent, member.client, by=member.token)
            if (
                before.registered
                and unit.now - before.heard_at >= self._ownership.units.silent_after
            ):
                unit.agent_changed(member.agent)  # nobody has seen it go, but it looked silent
            member.since, member.known = position, (before.microphone, before.registered)
            lease = returned.get((member.agent, member.client))
            if lease is not None and not before.worker:
                unit.agent_changed(member.agent)  # the phone's page was shown as gone
            if (
                lease is not None
            ):  # it may still believe what it was told before its socket was lost
                member.alone, member.stored_alone = (
                    PeerNotice(lease.no_peers),
                    (lease.epoch, lease.no_peers),
                )
                if not before.worker:
                    self._ownership.tell_of_holder(unit, member.agent, member.client)
            elif member.epoch:
                self._ownership.heard_of_calls_over(unit, member.agent, member.client, member.epoch)
        return {member: known[member.agent, member.client].event_n for member, _ in come}, late

    def _facts(self, member: Member, place: str, now: int) -> dict[str, Any]:
        return {
            "agent_id": member.agent, "id": member.client, "browser": member.browser, "view": member.view, "place": place,
            "session_id": member.session_id, "worker": self._worker, "arrived_at": now, "heard_at": now, "used_at": now,
            "serial": member.serial, "previous_id": member.formerly,
        }  # fmt: skip
