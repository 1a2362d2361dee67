"""The pongs of clients. The holder of a phone is confirmed only when its lease is renewed in the
database.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import gevent
from sqlalchemy.orm import Session

from ..services.batching import Batcher
from ..services.carriers import Carriers
from ..services.unit_of_work import UnitOfWork, UnitsOfWork
from ..storage import client_store
from ..storage.batches import all_or_each
from ..storage.client_store import LastPong
from ..storage.database import Database
from ..storage.leases import Leases
from . import messages
from .hub import Hub
from .members import Member, member_name
from .phone_calls import Pair, PhoneCalls, PongOf

log = logging.getLogger(__name__)

# members whose pongs are written in one transaction: they block the event loop
_AT_ONCE = 50

Numbered = list[tuple[Member, int]]  # members and the number of the pong that is being stored


class Heartbeat:
    def __init__(
        self,
        hub: Hub,
        database: Database,
        units: UnitsOfWork,
        leases: Leases,
        carriers: Carriers,
        worker: str,
    ) -> None:
        self._hub = hub
        self._database = database
        self._units = units
        self._leases = leases
        self._carriers = carriers
        self._worker = worker
        self._batcher = Batcher[PongOf, None](self._receive_all)

    def receive(self, member: Member, message: dict[str, Any]) -> None:
        """Takes the pong of a client; a late or invented number changes nothing."""
        if member.heartbeat.last_pong <= message["n"] <= member.ping.sent:
            self._batcher((member, message))

    def _receive_all(self, pongs: list[PongOf]) -> list[None]:
        pongs = sorted(pongs, key=lambda one: _place(one[0]))
        phones = [one for one in pongs if one[0].view != "wall"]
        with self._database.read() as session:
            now = self._database.now(session)
            phone_calls = PhoneCalls(self._carriers, session, phones)
        # A repeated pong (a microphone became usable) does not count a missing call twice.
        first = [one for one in phones if one[1]["n"] != one[0].heartbeat.counted_pong]
        for member, message in pongs:
            _note_pong(member, message, now)
            if member.signed_out and not phone_calls.of(member):
                member.socket.goodbye(messages.SIGN_IN, "signed out")
        for organisation, some in _by_organisation(pongs):
            self._report(organisation, some)
        # Once for each pong, also where its batch is tried again.
        for member, message in first:
            _count_missing(member, message["n"], phone_calls.missing(member, message))
        for organisation, some in _by_organisation(first):
            report = partial(phone_calls.report, organisation)
            all_or_each(some, report, log, lambda one: member_name(one[0]))
        return [None] * len(pongs)

    # ---- changes that others see at once

    def _report(self, organisation: str, pongs: list[PongOf]) -> None:
        """Shows changed phones, and confirms the leases whose holders answer with a new epoch."""
        changed = [
            member
            for member, _ in pongs
            if member.view != "wall" and member.heartbeat.shown != _shown(member)
        ]
        # The first answer with a new epoch proves that the grant arrived; the holder is confirmed
        # at once.
        answers = [
            (member, message["epoch"])
            for member, message in pongs
            if message["epoch"] not in (0, member.heartbeat.confirmed_epoch)
        ]
        if not changed and not answers:
            return
        with self._units.begin(organisation) as unit:
            numbered, shown = _numbered(changed), [_shown(member) for member in changed]
            answered = _numbered(member for member, _ in answers)
            renewed, unknown = self._store(unit.session, changed)
            for member in changed:
                unit.agent_changed(member.agent)
            held = [self._is_held(unit, member, epoch) for member, epoch in answers]
        for member, state in zip(changed, shown, strict=True):
            member.heartbeat.shown = state
        self._confirm(numbered, renewed, unknown)
        for (member, epoch), (_, n), is_held in zip(answers, answered, held, strict=True):
            if is_held:
                _confirm_epoch(member, epoch, n)

    def _is_held(self, unit: UnitOfWork, member: Member, epoch: int) -> bool:
        """Whether the client holds the lease with the epoch that it answers with."""
        lease = self._leases.confirm(unit.session, member.agent, member.client, epoch).lease
        return (lease.holder, lease.epoch) == (member.client, epoch)

    # ---- pongs that are stored from time to time

    def store_pongs(self) -> None:
        members = [
            member
            for member in self._hub.members.values()
            if member.heartbeat.last_pong > member.heartbeat.stored_pong
        ]
        members.sort(key=_place)
        for first in range(0, len(members), _AT_ONCE):
            all_or_each(members[first : first + _AT_ONCE], self._store_some, log, member_name)
            gevent.sleep(0)

    def _store_some(self, members: list[Member]) -> None:
        numbered = _numbered(members)
        with self._database.write() as session:
            renewed, unknown = self._store(session, members)
        self._confirm(numbered, renewed, unknown)

    def _store(self, session: Session, members: Sequence[Member]) -> tuple[set[Pair], set[Pair]]:
        """Stores the pongs; returns the clients whose lease was renewed, and those that were given
        up meanwhile.
        """
        if not members:
            return set(), set()
        client_store.save_pongs(
            session,
            [
                (member.agent, member.client, member.heartbeat.pong)
                for member in members
                if member.heartbeat.pong
            ],
        )
        pairs = {(member.agent, member.client) for member in members}
        renewed = self._leases.renew(session, self._worker, {agent for agent, _ in pairs})
        return renewed, client_store.disconnected_among(session, pairs)

    def _confirm(self, numbered: Numbered, renewed: set[Pair], unknown: set[Pair]) -> None:
        """Counts pongs as stored; that of a client that claims the phone only where it renewed the
        lease.
        """
        for member, n in numbered:
            if (member.agent, member.client) in unknown:
                self._find_again(member)
                gevent.sleep(0)
            heartbeat = member.heartbeat
            if (member.agent, member.client) in renewed or not heartbeat.claims_phone:
                heartbeat.stored_pong = max(heartbeat.stored_pong, n)

    def _find_again(self, member: Member) -> None:
        """The other workers gave the client up while this worker was stopped."""
        with self._units.begin(member.organisation) as unit:
            if client_store.mark_connected(
                unit.session,
                member.agent,
                member.client,
                self._worker,
                still_there=lambda: self._hub.holds(member),
            ):
                unit.agent_changed(member.agent)


def _by_organisation(pongs: list[PongOf]) -> Iterable[tuple[str, list[PongOf]]]:
    found: dict[str, list[PongOf]] = defaultdict(list)
    for one in pongs:
        found[one[0].organisation].append(one)
    return found.items()


def _place(member: Member) -> tuple[str, str]:
    """Its place in the order in which all transactions lock the rows of clients and leases."""
    return member.agent, member.client


def _numbered(members: Iterable[Member]) -> Numbered:
    return [(member, member.heartbeat.last_pong) for member in members]


def _note_pong(member: Member, message: dict[str, Any], now: int) -> None:
    used_at = now - round(min(max(float(message["used"]), 0.0), 1e9) * 1000)
    heartbeat = member.heartbeat
    heartbeat.pong = LastPong(
        message["visible"],
        message["audible"],
        message["microphone"],
        message["registered"],
        used_at,
        now,
    )
    heartbeat.last_pong, heartbeat.claims_phone = message["n"], message["epoch"] > 0


def _count_missing(member: Member, n: int, missing: set[str]) -> None:
    heartbeat = member.heartbeat
    before = heartbeat.missing_calls
    heartbeat.missing_calls = {key: before.get(key, 0) + 1 for key in missing}
    heartbeat.counted_pong = n


def _confirm_epoch(member: Member, epoch: int, n: int) -> None:
    heartbeat = member.heartbeat
    heartbeat.confirmed_epoch = epoch
    heartbeat.stored_pong = max(heartbeat.stored_pong, n)
    member.ping.due_now()


def _shown(member: Member) -> tuple[str, bool] | None:
    pong = member.heartbeat.pong
    return (pong.microphone, pong.registered) if pong else None
