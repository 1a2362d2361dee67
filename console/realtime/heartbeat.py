"""What pongs tell. A holder hears that it was heard only when its lease is renewed in the
database.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import gevent
from sqlalchemy.orm import Session

from ..domain.call import Call
from ..domain.storable import ID
from ..services.batching import Batcher
from ..services.ownership import Ownership
from ..storage import client_store
from ..storage.batches import all_or_each
from ..storage.client_store import Pong
from . import messages
from .hub import Hub, Member
from .members import member_name

log = logging.getLogger(__name__)

_MISSED_PONGS = (
    2  # a call that the carrier does not name in so many pongs is not in its phone any more
)
_MOST_CALLS = 20  # that one pong may name
_AT_ONCE = (
    50  # members whose pongs are written in one transaction: the event loop stands still meanwhile
)

Pair = tuple[str, str]  # agent and client
Told = tuple[Member, dict[str, Any]]
Carried = dict[Pair, list[Call]]


class Pongs:
    def __init__(self, hub: Hub, ownership: Ownership, worker: str) -> None:
        self._hub = hub
        self._ownership = ownership
        self._carriers = ownership.carriers
        self._units = ownership.units
        self._worker = worker
        self._batcher = Batcher[Told, None](self._all)

    def take(self, member: Member, message: dict[str, Any]) -> None:
        if member.pong <= message["n"] <= member.pings:
            self._batcher((member, message))

    def _all(self, told: list[Told]) -> list[None]:
        with self._units.database.read() as session:
            now = self._units.database.now(session)
            phones = [one for one in told if one[0].view != "wall"]
            carried = self._carriers.carried(session, {member.agent for member, _ in phones})
            named = self._named(session, phones, carried)
        # A pong that is said again, because a microphone came, counts no call as missing twice.
        first = [(member, message) for member, message in phones if message["n"] != member.looked]
        for member, message in told:
            member.told = _read(message, now)
            member.pong, member.claims = message["n"], message["epoch"] > 0
            member.alone.answered(member.pong)
            if member.signed_out and not carried.get((member.agent, member.client)):
                member.connection.goodbye(messages.SIGN_IN, "signed out")
        for organisation, some in _by_organisation(told):
            self._tell(organisation, some)
        for member, message in first:
            _count_missing(member, message, carried)
        for organisation, some in _by_organisation(first):
            look = partial(self._look_for_calls, organisation, carried=carried, named=named)
            all_or_each(some, look, log, lambda one: member_name(one[0]))
        return [None] * len(told)

    # ---- what others must know at once

    def _tell(self, organisation: str, told: list[Told]) -> None:
        news = [
            member for member, _ in told if member.view != "wall" and member.known != _shown(member)
        ]  # a wall has no phone
        # The first answer with a new epoch proves that the grant arrived; the holder hears at once
        # that it was heard.
        answers = [
            (member, message["epoch"])
            for member, message in told
            if message["epoch"] not in (0, member.confirmed)
        ]
        if not news and not answers:
            return
        with self._units.begin(organisation) as unit:
            counted, shown = (
                [(member, member.pong) for member in news + [member for member, _ in answers]],
                list(map(_shown, news)),
            )
            renewed, unknown = self._store(unit.session, news)
            for member in news:
                unit.agent_changed(member.agent)
            leases = [
                self._ownership.leases.confirm(unit.session, one.agent, one.client, epoch).lease
                for one, epoch in answers
            ]
        for member, known in zip(news, shown, strict=True):
            member.known = known
        self._written(counted[: len(news)], renewed, unknown)
        for (member, epoch), lease, (_, n) in zip(
            answers, leases, counted[len(news) :], strict=True
        ):
            if (lease.holder, lease.epoch) == (member.client, epoch):
                member.confirmed, member.written, member.ping_at = (
                    epoch,
                    max(member.written, n),
                    0.0,
                )

    def _named(self, session: Session, told: list[Told], carried: Carried) -> Carried:
        """Calls that phones name and that are not among their open ones: few pongs ask for any."""
        found: Carried = {}
        for member, message in told:
            pair = member.agent, member.client
            keys = _keys(message) - {call.client_call_id for call in carried.get(pair, ())}
            if keys:
                found[pair] = self._carriers.named(session, *pair, keys)
        return found

    def _look_for_calls(
        self, organisation: str, told: list[Told], *, carried: Carried, named: Carried
    ) -> None:
        """A call that the carrier itself does not know any more is over: a lost report must not
        keep it open.
        """
        over, alive = list[Call](), list[tuple[Call, str]]()
        for member, message in told:
            pair, keys = (member.agent, member.client), _keys(message)
            mine = carried.get(pair, [])
            over += [
                call for call in mine if member.missing.get(call.client_call_id, 0) >= _MISSED_PONGS
            ]
            known = [call for call in mine if call.client_call_id in keys]
            alive += [(call, member.client) for call in [*known, *named.get(pair, ())]]
        if over or alive:
            self._carriers.carrier_says(organisation, over, alive)

    # ---- what is written from time to time

    def renew(self) -> None:
        told = [member for member in self._hub.members.values() if member.pong > member.written]
        told.sort(
            key=lambda member: (member.agent, member.client)
        )  # as all lock the rows of clients
        for first in range(0, len(told), _AT_ONCE):
            all_or_each(told[first : first + _AT_ONCE], self._write, log, member_name)
            gevent.sleep(0)

    def _write(self, members: list[Member]) -> None:
        """Who says that it owns the phone is confirmed (`written`) only where that renewed the
        lease.
        """
        counted = [(member, member.pong) for member in members]
        with self._units.database.write() as session:
            renewed, unknown = self._store(session, members)
        self._written(counted, renewed, unknown)

    def _store(self, session: Session, members: Sequence[Member]) -> tuple[set[Pair], set[Pair]]:
        if not members:
            return set(), set()
        client_store.save_pongs(
            session,
            [(member.agent, member.client, member.told) for member in members if member.told],
        )
        pairs = {(member.agent, member.client) for member in members}
        renewed = self._ownership.leases.renew(session, self._worker, {agent for agent, _ in pairs})
        return renewed, client_store.disconnected_among(session, pairs)

    def _written(
        self, counted: list[tuple[Member, int]], renewed: set[Pair], unknown: set[Pair]
    ) -> None:
        for member, n in counted:
            if (member.agent, member.client) in unknown:
                self._found(member)
                gevent.sleep(0)
            if (member.agent, member.client) in renewed or not member.claims:
                member.written = max(member.written, n)

    def _found(self, member: Member) -> None:
        """After our own absence, the other workers have given our clients up."""
        with self._units.begin(member.organisation) as unit:
            if client_store.mark_connected(
                unit.session,
                member.agent,
                member.client,
                self._worker,
                still_there=lambda: self._hub.holds(member),
            ):
                unit.agent_changed(member.agent)


def _by_organisation(told: list[Told]) -> Iterator[tuple[str, list[Told]]]:
    found: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        found[one[0].organisation].append(one)
    yield from found.items()


def _read(message: dict[str, Any], now: int) -> Pong:
    used_at = now - round(min(max(float(message["used"]), 0.0), 1e9) * 1000)
    return Pong(
        message["visible"],
        message["audible"],
        message["microphone"],
        message["registered"],
        used_at,
        now,
    )


def _count_missing(member: Member, message: dict[str, Any], carried: Carried) -> None:
    """Once for each pong, also where the batch that it came with is tried again."""
    lacking = {
        call.client_call_id for call in carried.get((member.agent, member.client), ())
    } - _keys(message)
    member.missing = {key: member.missing.get(key, 0) + 1 for key in lacking}
    member.looked = message["n"]


def _keys(message: dict[str, Any]) -> set[str]:
    return {
        key for key in message["calls"][:_MOST_CALLS] if isinstance(key, str) and ID.fullmatch(key)
    }


def _shown(member: Member) -> tuple[str, bool] | None:
    return (member.told.microphone, member.told.registered) if member.told else None
