"""Clients that say hello: their rows, the lease that some of them still hold, and the picture that each is shown."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ..domain.lease_values import Told
from ..ownership import Ownership
from ..recorder import Record
from ..storage import accounts, clients, journal
from ..together import Together
from . import messages
from .hub import Member
from .snapshots import Snapshots

Come = tuple[Member, str]  # and the place in words: "Chrome, Windows"


class Arrivals:
    def __init__(self, ownership: Ownership, snapshots: Snapshots, worker: str) -> None:
        self._ownership = ownership
        self._snapshots = snapshots
        self._worker = worker
        self._together = Together[Come, dict[str, Any]](self._all)

    def welcome(self, member: Member, place: str) -> dict[str, Any]:
        """Call it when the member is subscribed already."""
        return self._together((member, place))

    def _all(self, come: list[Come]) -> list[dict[str, Any]]:
        by_organisation: dict[str, list[Come]] = defaultdict(list)
        for one in come:
            by_organisation[one[0].organisation].append(one)
        kept: dict[Member, int] = {}
        ended: list[Member] = []
        for organisation, some in by_organisation.items():
            with self._ownership.recorder.record(organisation) as record:
                kept |= self._store(record, some)
                living = accounts.there(record.session, {member.session_id for member, _ in some})
                ended += [member for member, _ in some if member.session_id not in living]
        for member in ended:  # signed out between opening the socket and saying hello
            member.connection.goodbye(messages.SIGN_IN, "sign in")
        pictures = self._snapshots.of_all([member for member, _ in come])
        return [{"type": "welcome", "n": kept[member], **picture} for (member, _), picture in zip(come, pictures, strict=True)]

    def _store(self, record: Record, come: list[Come]) -> dict[Member, int]:
        """The highest event number that is kept from each."""
        known = clients.arrived(record.session, [self._facts(member, place, record.now) for member, place in come])
        position = journal.position(record.session, come[0][0].organisation)  # after the rows are locked
        returned = self._ownership.returned(record, [(member.agent, member.client) for member, _ in come])
        for member, _ in come:
            before = known[member.agent, member.client]
            if before.worker not in ("", self._worker):
                record.replaced(member.agent, member.client, by=member.token)
            if before.registered and record.now - before.heard_at >= self._ownership.recorder.silent_after:
                record.agent_changed(member.agent)  # nobody has seen it go, but it looked silent
            member.since, member.known = position, (before.microphone, before.registered)
            lease = returned.get((member.agent, member.client))
            if lease is not None:  # it may still believe what it was told before its socket was lost
                member.alone, member.stored_alone = Told(lease.alone), (lease.epoch, lease.alone)
        return {member: known[member.agent, member.client].event_n for member, _ in come}

    def _facts(self, member: Member, place: str, now: int) -> dict[str, Any]:
        return {
            "agent_id": member.agent, "id": member.client, "browser": member.browser, "view": member.view, "place": place,
            "session_id": member.session_id, "worker": self._worker, "arrived_at": now, "heard_at": now, "used_at": now,
        }  # fmt: skip
