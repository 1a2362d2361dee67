"""Leases in the database: the rules of domain/lease.py in the caller's open transaction.

A method reads the lease and its context, asks the rule, and stores the result by compare-and-set on
epoch and version; a second writer decides again on the result of the first. Rows are locked in one
order, clients before leases, and a tick changes one lease per transaction, so workers cannot
deadlock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ..domain import lease as rules
from ..domain.lease_model import LeaseContext, LeaseTimings, LeaseView, Outcome
from .clock import Clock
from .database import Database
from .lease_context import agents_with_several_clients, read_context
from .lease_due import due_leases
from .lease_epochs import add_epoch
from .models import Client, Lease

_FIELDS = tuple(field.name for field in fields(LeaseView))
# Plain rows and statements that are built once: they run with every ping, pong and hello.
_LEASE, _CLIENT = (cast(Table, model.__table__) for model in (Lease, Client))
_CURRENT = select(*(_LEASE.c[name] for name in _FIELDS)).where(
    _LEASE.c.agent_id == bindparam("agent")
)
_OF_AGENTS = select(_LEASE.c.agent_id, *(_LEASE.c[name] for name in _FIELDS)).where(
    _LEASE.c.agent_id.in_(bindparam("agents", expanding=True))
)
_HEARD = update(_CLIENT).where(
    _CLIENT.c.agent_id == bindparam("of_agent"), _CLIENT.c.id == bindparam("of_client")
)
_FIRST: dict[str, Any] = {
    "sqlite": sqlite.insert(_LEASE).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_LEASE).on_conflict_do_nothing(),
}
_NO_LEASE = asdict(LeaseView())
# Rules that read nothing of the context but the time.
_TIME_IS_ENOUGH = (rules.returned, rules.confirm, rules.set_no_peers)
_STORE = (
    update(_LEASE)
    .where(
        _LEASE.c.agent_id == bindparam("of_agent"),
        _LEASE.c.epoch == bindparam("of_epoch"),
        _LEASE.c.version == bindparam("of_version"),
    )
    .returning(_LEASE.c.agent_id)
)
_NEXT_VERSION = (
    update(_LEASE)
    .where(_LEASE.c.agent_id == bindparam("of_agent"))
    .values(version=_LEASE.c.version + 1)
)
_RENEW = (
    update(_LEASE)
    .where(
        and_(
            _CLIENT.c.agent_id == _LEASE.c.agent_id,
            _CLIENT.c.id == _LEASE.c.holder,
            _CLIENT.c.worker == bindparam("worker"),
        ),
        or_(_LEASE.c.heard_at < _CLIENT.c.heard_at, _LEASE.c.heard_at > bindparam("now")),
        _LEASE.c.confirmed,
        _LEASE.c.left_at.is_(None),
    )
    .values(heard_at=_CLIENT.c.heard_at, version=_LEASE.c.version + 1)
    .returning(_LEASE.c.agent_id, _LEASE.c.holder)
)
_RENEW_SOME = _RENEW.where(_LEASE.c.agent_id.in_(bindparam("agents", expanding=True)))
_ATTEMPTS = 20  # each lost race is another writer's progress


class LeaseBusy(Exception):
    """The lease changed under every attempt. Only a loop that spins can cause it."""


class Leases:
    def __init__(
        self,
        database: Database,
        timings: LeaseTimings,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.timings = timings
        self.clock = Clock(database, timings, monotonic)

    # ---- actions of a client whose row in `clients` exists

    def claim(self, session: Session, agent: str, client: str, lock_free: bool = False) -> Outcome:
        return self._from_client(session, agent, client, rules.claim, lock_free)

    def take_over(
        self, session: Session, agent: str, client: str, call: str | None = None
    ) -> Outcome:
        return self._from_client(session, agent, client, rules.take_over, call)

    def returned(self, session: Session, agent: str, client: str) -> Outcome:
        return self._from_client(session, agent, client, rules.returned)

    def confirm(self, session: Session, agent: str, client: str, epoch: int) -> Outcome:
        return self._from_client(session, agent, client, rules.confirm, epoch)

    def released(self, session: Session, agent: str, client: str, epoch: int) -> Outcome:
        return self._from_client(session, agent, client, rules.released, epoch)

    def leaving(
        self, session: Session, agent: str, client: str, epoch: int, closed: bool = False
    ) -> Outcome:
        return self._change(session, agent, rules.leaving, client, epoch, closed)

    def start_phone(self, session: Session, agent: str, client: str, epoch: int) -> LeaseView:
        """For the owner only, else LeaseMovedOn. The request counts as an answer with the epoch."""
        rules.check_start(self.current(session, agent), client, epoch)
        lease = self.confirm(session, agent, client, epoch).lease
        rules.check_start(lease, client, epoch)
        return lease

    def returned_together(
        self, session: Session, clients: Sequence[tuple[str, str]]
    ) -> list[tuple[str, Outcome]]:
        """`returned` for those of these (agent, client) that hold a lease: agent and outcome."""
        agents = {agent for agent, _ in clients}
        found = self.of_agents(session, agents)
        missing = [{"agent_id": agent, **_NO_LEASE} for agent in sorted(agents - found.keys())]
        if missing:  # ticks look for rows
            session.execute(_FIRST[session.get_bind().dialect.name], missing)
        holders = [
            (agent, client)
            for agent, client in clients
            if agent in found and found[agent].holder == client
        ]
        return [
            (agent, self._change(session, agent, rules.returned, client))
            for agent, client in holders
        ]

    # ---- events of a lease

    def signed_out(self, session: Session, agent: str, clients: Collection[str]) -> Outcome:
        """These clients were signed out: they do not come back.

        A concurrent grant based on them is decided again, because the version has changed.
        """
        session.execute(_NEXT_VERSION, {"of_agent": agent})
        return self._change(session, agent, rules.signed_out, clients)

    def set_no_peers(
        self, session: Session, agent: str, client: str, epoch: int, no_peers: bool
    ) -> Outcome:
        return self._change(session, agent, rules.set_no_peers, client, epoch, no_peers)

    def tick(self, session: Session, agent: str) -> Outcome:
        return self._change(session, agent, rules.tick)

    def due(self, session: Session) -> list[tuple[str, str]]:
        """(organisation, agent) of each lease for which a tick may have something to do."""
        now = self.clock.read(session)
        return due_leases(session, now, self.clock.grace_until, self.timings)

    def renew(
        self, session: Session, worker: str, agents: Collection[str] | None = None
    ) -> set[tuple[str, str]]:
        """Renews the leases whose holders this worker has heard: their (agent, client).

        Only these holders may receive a confirmation of their pong.
        """
        now = self.clock.read(session)
        session.flush()
        values = {"worker": worker, "now": now}
        renewed = (
            session.execute(_RENEW, values)
            if agents is None
            else session.execute(_RENEW_SOME, {**values, "agents": list(agents)})
        )
        return {(agent, holder) for agent, holder in renewed if holder is not None}

    # ---- queries

    def current(self, session: Session, agent: str) -> LeaseView:
        row = session.execute(_CURRENT, {"agent": agent}).one_or_none()
        return LeaseView(*row) if row else LeaseView()

    def of_agents(self, session: Session, agents: Collection[str]) -> dict[str, LeaseView]:
        """The leases of those agents who have one."""
        return {
            agent: LeaseView(*lease)
            for agent, *lease in session.execute(_OF_AGENTS, {"agents": list(agents)})
        }

    def check_command(
        self, session: Session, agent: str, epoch: int, *, new_call: bool = False
    ) -> LeaseView:
        """The lease if a command with this epoch may pass, else LeaseMovedOn."""
        lease = self.current(session, agent)
        rules.check_command(lease, epoch, new_call=new_call)
        return lease

    def has_peers(self, session: Session, agent: str, holder: str | None) -> bool:
        """Whether an able client of this agent elsewhere stands by."""
        lease = self.current(session, agent)
        return self._context(session, agent, lease).has_peers(holder)

    def with_peers(self, session: Session, holders: Mapping[str, str]) -> set[str]:
        """Those of these agents (each with their holder) whose holder has peers."""
        several = agents_with_several_clients(session, holders)
        return {agent for agent in several if self.has_peers(session, agent, holders[agent])}

    # ----

    def _from_client(
        self, session: Session, agent: str, client: str, rule: Callable[..., Outcome], *args: Any
    ) -> Outcome:
        now = self.clock.read(session)
        session.flush()  # the client's row may be new in this transaction
        session.execute(_HEARD, {"of_agent": agent, "of_client": client, "heard_at": now})
        return self._change(session, agent, rule, client, *args)

    def _change(
        self, session: Session, agent: str, rule: Callable[..., Outcome], *args: Any
    ) -> Outcome:
        for _ in range(_ATTEMPTS):
            lease = self.current(session, agent)
            if not lease.version:  # there may be no row yet, and ticks look for rows
                first = {"agent_id": agent, **_NO_LEASE}
                session.execute(_FIRST[session.get_bind().dialect.name], first)
            outcome = rule(lease, self._context_for(rule, session, agent, lease, *args), *args)
            if outcome.lease == lease or self._store(session, agent, lease, outcome.lease):
                return outcome
        raise LeaseBusy(agent)

    def _store(self, session: Session, agent: str, old: LeaseView, new: LeaseView) -> bool:
        unchanged = {"of_agent": agent, "of_epoch": old.epoch, "of_version": old.version}
        values = {**unchanged, **asdict(new), "version": old.version + 1}
        stored = bool(session.execute(_STORE, values).all())
        if stored and new.epoch > old.epoch:
            add_epoch(session, agent, new)
        return stored

    def _context_for(
        self,
        rule: Callable[..., Outcome],
        session: Session,
        agent: str,
        lease: LeaseView,
        *args: Any,
    ) -> LeaseContext:
        if rule in _TIME_IS_ENOUGH:
            now = self.clock.read(session)
            return LeaseContext(now, grace_until=self.clock.grace_until, timings=self.timings)
        about = args[0] if args and isinstance(args[0], str) else None
        return self._context(session, agent, lease, about)

    def _context(
        self, session: Session, agent: str, lease: LeaseView, about: str | None = None
    ) -> LeaseContext:
        return read_context(session, self.clock, self.timings, agent, lease, about)
