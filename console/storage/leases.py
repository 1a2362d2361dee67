"""Leases in the database: the verbs of domain/lease.py over the caller's open transaction.

A verb reads the row and what is known about the agent's clients, asks the rule, and stores its
answer by compare-and-set on epoch and version; whoever comes second decides again on what the first
one left. Rows are locked in one order, clients before leases, and a tick changes one lease per
transaction, so that workers never wait for each other in a ring.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, cast

from sqlalchemy import (
    Row,
    Table,
    and_,
    bindparam,
    false,
    func,
    insert,
    not_,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ..domain import lease as rules
from ..domain.enums import CallState
from ..domain.lease_model import ClientView, LeaseView, Moment, OnCall, Outcome, Waits, others
from ..domain.vocabulary import NO_MICROPHONE, OPEN_STATES
from .client_store import LIVING
from .clock import Clock
from .database import Database
from .models import Call, Client, Lease, LeaseEpoch, SignInSession, User

_FIELDS = tuple(field.name for field in fields(LeaseView))
_ON_CALL = {CallState.ringing: OnCall.RINGING}
# Plain rows and statements that are built once: they run with every ping, pong and hello.
_LEASE, _CLIENT, _EPOCH, _CALL, _USER = (
    cast(Table, model.__table__) for model in (Lease, Client, LeaseEpoch, Call, User)
)
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
_TIME_IS_ENOUGH = (
    rules.returned,
    rules.heard,
    rules.told_alone,
)  # rules that ask for nothing else of the moment
_STORE = (
    update(_LEASE)
    .where(
        _LEASE.c.agent_id == bindparam("of_agent"),
        _LEASE.c.epoch == bindparam("of_epoch"),
        _LEASE.c.version == bindparam("of_version"),
    )
    .returning(_LEASE.c.agent_id)
)
_MOVED = (
    update(_LEASE)
    .where(_LEASE.c.agent_id == bindparam("of_agent"))
    .values(version=_LEASE.c.version + 1)
)
_GRANTS = (
    select(_EPOCH.c.client_id, func.max(_EPOCH.c.granted_at))
    .where(_EPOCH.c.agent_id == bindparam("agent"), _EPOCH.c.epoch > bindparam("before"))
    .group_by(_EPOCH.c.client_id)
)
_SIGNED_IN = (
    select(SignInSession.id)
    .where(SignInSession.id == _CLIENT.c.session_id)
    .correlate(_CLIENT)
    .exists()
)
# Those whose socket is open, and those that the question is about anyhow: each by its own index.
_OF_AGENT = select(_CLIENT, _SIGNED_IN.label("signed_in")).where(
    _CLIENT.c.agent_id == bindparam("agent")
)
_CLIENTS = union_all(
    _OF_AGENT.where(LIVING),
    _OF_AGENT.where(_CLIENT.c.id.in_(bindparam("named", expanding=True)), ~LIVING),
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
_OWNERS = select(_CLIENT.c.agent_id).where(
    _CLIENT.c.agent_id.in_(bindparam("agents", expanding=True)), LIVING
)
_CARRIED = select(_CALL.c.state).where(
    _CALL.c.organisation_id
    == select(_USER.c.organisation_id).where(_USER.c.id == bindparam("agent")).scalar_subquery(),
    _CALL.c.state.in_(OPEN_STATES),
    _CALL.c.agent_id == bindparam("agent"),
    _CALL.c.carrier == bindparam("holder"),
)
_ATTEMPTS = 20  # each lost race is somebody else's progress
_RECENT_EPOCHS = 16  # far more grants than one agent's clients can leave unanswered in a row


class LeaseBusy(Exception):
    """The lease changed under every attempt. It does not happen unless something spins."""


class Leases:
    def __init__(
        self, database: Database, waits: Waits, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.waits = waits
        self.clock = Clock(database, waits, monotonic)

    # ---- what a client does; its row in `clients` is there already

    def claim(self, session: Session, agent: str, client: str, lock_free: bool = False) -> Outcome:
        return self._from_client(session, agent, client, rules.claim, lock_free)

    def take_over(
        self, session: Session, agent: str, client: str, call: str | None = None
    ) -> Outcome:
        return self._from_client(session, agent, client, rules.take_over, call)

    def returned(self, session: Session, agent: str, client: str) -> Outcome:
        return self._from_client(session, agent, client, rules.returned)

    def heard(self, session: Session, agent: str, client: str, epoch: int) -> Outcome:
        return self._from_client(session, agent, client, rules.heard, epoch)

    def released(self, session: Session, agent: str, client: str, epoch: int) -> Outcome:
        return self._from_client(session, agent, client, rules.released, epoch)

    def leaving(
        self, session: Session, agent: str, client: str, epoch: int, closed: bool = False
    ) -> Outcome:
        return self._change(session, agent, rules.leaving, client, epoch, closed)

    def start_phone(self, session: Session, agent: str, client: str, epoch: int) -> LeaseView:
        """For the owner only, else StaleEpoch. Asking for it is an answer with the epoch."""
        rules.check_start(self.current(session, agent), client, epoch)
        lease = self.heard(session, agent, client, epoch).lease
        rules.check_start(lease, client, epoch)
        return lease

    # ---- what happens to it

    def signed_out(self, session: Session, agent: str, gone: Collection[str]) -> Outcome:
        """These clients were signed out: they do not come back.

        A grant under way that still counted on them decides again.
        """
        session.execute(_MOVED, {"of_agent": agent})
        return self._change(session, agent, rules.signed_out, gone)

    def set_alone(
        self, session: Session, agent: str, client: str, epoch: int, alone: bool
    ) -> Outcome:
        return self._change(session, agent, rules.told_alone, client, epoch, alone)

    def tick(self, session: Session, agent: str) -> Outcome:
        return self._change(session, agent, rules.tick)

    def due(self, session: Session) -> list[tuple[str, str]]:
        """(organisation, agent) for whose lease a tick may find something to do.

        It is asked twice a second, and each answer costs a transaction: who is only waited for is
        none.
        """
        now, waits = self.clock.read(session), self.waits
        fresh = (
            LIVING,
            Client.view != "wall",
            Client.heard_at > now - waits.suspect,
            Client.microphone.not_in(NO_MICROPHONE),
            _SIGNED_IN,
        )
        stands_by = select(Client.id).where(Client.agent_id == Lease.agent_id, *fresh)
        another = stands_by.where(Client.id != Lease.holder).exists()
        answered = stands_by.where(
            or_(Client.id != Lease.holder, Client.heard_at >= Lease.since)
        ).exists()  # since it was given the phone
        silent = Lease.heard_at <= now - waits.expire if now >= self.clock.grace_until else false()
        wanted = or_(
            and_(Lease.holder.is_(None), stands_by.exists()),
            and_(not_(Lease.confirmed), Lease.since <= now - waits.confirm, another),
            and_(silent, answered),
        )
        waited = or_(Lease.asked_at <= now - waits.takeover, Lease.left_at <= now - waits.comeback)
        ahead = or_(
            Lease.since > now, Lease.heard_at > now, Lease.left_at > now, Lease.asked_at > now
        )
        found = select(User.organisation_id, User.id).join(Lease, Lease.agent_id == User.id)
        return list(session.execute(found.where(or_(waited, ahead, wanted))))

    def renew(
        self, session: Session, worker: str, agents: Collection[str] | None = None
    ) -> set[tuple[str, str]]:
        """Renews leases by what the rows of this worker's clients say: the (agent, client) whose
        lease was renewed.

        Only these holders may be told that their pong was heard: to anybody else it confirms
        nothing.
        """
        now = self.clock.read(session)
        session.flush()
        asked = {"worker": worker, "now": now}
        renewed = (
            session.execute(_RENEW, asked)
            if agents is None
            else session.execute(_RENEW_SOME, {**asked, "agents": list(agents)})
        )
        return {(agent, holder) for agent, holder in renewed if holder is not None}

    # ---- what others ask

    def current(self, session: Session, agent: str) -> LeaseView:
        row = session.execute(_CURRENT, {"agent": agent}).one_or_none()
        return LeaseView(*row) if row else LeaseView()

    def of_agents(self, session: Session, agents: Collection[str]) -> dict[str, LeaseView]:
        """The leases of those who have one."""
        return {
            agent: LeaseView(*lease)
            for agent, *lease in session.execute(_OF_AGENTS, {"agents": list(agents)})
        }

    def returned_together(
        self, session: Session, come: Sequence[tuple[str, str]]
    ) -> list[tuple[str, Outcome]]:
        """Of these (agent, client) who have said hello, those who hold a lease: the agent, and what
        follows.
        """
        found = self.of_agents(session, {agent for agent, _ in come})
        missing = [
            {"agent_id": agent, **_NO_LEASE}
            for agent in sorted({agent for agent, _ in come} - found.keys())
        ]
        if missing:  # ticks look for rows
            session.execute(_FIRST[session.get_bind().dialect.name], missing)
        holders = [
            (agent, client)
            for agent, client in come
            if agent in found and found[agent].holder == client
        ]
        return [
            (agent, self._change(session, agent, rules.returned, client))
            for agent, client in holders
        ]

    def check_command(
        self, session: Session, agent: str, epoch: int, *, new_call: bool = False
    ) -> LeaseView:
        """The lease, when a command with this epoch may pass; else StaleEpoch."""
        lease = self.current(session, agent)
        rules.check_command(lease, epoch, new_call=new_call)
        return lease

    def held(self, session: Session, agent: str, client: str, epoch: int) -> bool:
        """This client really held this epoch, now or once, maybe under the id that it had
        before.
        """
        row = session.get(LeaseEpoch, (agent, epoch))
        if row is None or row.client_id == client:
            return row is not None
        one = session.get(Client, (agent, client))
        return one is not None and one.formerly == row.client_id

    def end_calls(self, session: Session, agent: str, epoch: int) -> None:
        """A person has ended the calls of this epoch: its holder hears of it whenever it comes
        back.
        """
        row = session.get(LeaseEpoch, (agent, epoch))
        if row is not None:
            row.calls_over = True

    def calls_are_over(self, session: Session, agent: str, client: str, epoch: int) -> bool:
        """A person has ended the calls that this client carried under an epoch that has passed."""
        row = session.get(LeaseEpoch, (agent, epoch))
        return row is not None and row.calls_over and self.held(session, agent, client, epoch)

    def others(self, session: Session, agent: str, holder: str | None) -> bool:
        """An able client of this agent elsewhere stands by."""
        return others(self._moment(session, agent, self.current(session, agent)), holder)

    def with_others(self, session: Session, holders: Mapping[str, str]) -> set[str]:
        """Those of these agents (each with her holder) of whom an able client elsewhere stands by.

        Most have one client only.
        """
        clients = Counter(session.scalars(_OWNERS, {"agents": list(holders)}))
        several = [agent for agent in holders if clients[agent] > 1]
        return {agent for agent in several if self.others(session, agent, holders[agent])}

    # ----

    def _from_client(
        self, session: Session, agent: str, client: str, rule: Callable[..., Outcome], *args: Any
    ) -> Outcome:
        now = self.clock.read(session)
        session.flush()  # its row may be new in this transaction
        session.execute(_HEARD, {"of_agent": agent, "of_client": client, "heard_at": now})
        return self._change(session, agent, rule, client, *args)

    def _change(
        self, session: Session, agent: str, rule: Callable[..., Outcome], *args: Any
    ) -> Outcome:
        for _ in range(_ATTEMPTS):
            lease = self.current(session, agent)
            if not lease.version:  # there may be no row yet, and ticks look for rows
                session.execute(
                    _FIRST[session.get_bind().dialect.name], {"agent_id": agent, **_NO_LEASE}
                )
            moment = self._moment(
                session, agent, lease, *filter(_is_client, args[:1]), brief=rule in _TIME_IS_ENOUGH
            )
            outcome = rule(lease, moment, *args)
            if outcome.lease == lease or self._store(session, agent, lease, outcome.lease):
                return outcome
        raise LeaseBusy(agent)

    def _store(self, session: Session, agent: str, old: LeaseView, new: LeaseView) -> bool:
        unchanged = {"of_agent": agent, "of_epoch": old.epoch, "of_version": old.version}
        stored = session.execute(
            _STORE, {**unchanged, **asdict(new), "version": old.version + 1}
        ).all()
        if stored and new.epoch > old.epoch:
            session.execute(
                insert(LeaseEpoch).values(
                    agent_id=agent, epoch=new.epoch, client_id=new.holder, granted_at=new.since
                )
            )
        return bool(stored)

    def _moment(
        self,
        session: Session,
        agent: str,
        lease: LeaseView,
        asks: str | None = None,
        *,
        brief: bool = False,
    ) -> Moment:
        """`asks`: the client about which the rule decides."""
        now = self.clock.read(session)
        if brief:
            return Moment(now, grace_until=self.clock.grace_until, waits=self.waits)
        granted = dict(
            session.execute(_GRANTS, {"agent": agent, "before": lease.epoch - _RECENT_EPOCHS}).all()
        )
        named = {lease.holder, lease.asked_by, asks} - {None}
        found = session.execute(_CLIENTS, {"agent": agent, "named": list(named)})
        clients = tuple(_view(row, granted.get(row.id, 0)) for row in found)
        return Moment(
            now,
            clients,
            self._on_call(session, agent, lease.holder),
            self.clock.grace_until,
            self.waits,
        )

    def _on_call(self, session: Session, agent: str, holder: str | None) -> OnCall:
        if holder is None:
            return OnCall.NO
        states = session.scalars(_CARRIED, {"agent": agent, "holder": holder})
        calls = {_ON_CALL.get(CallState(state), OnCall.TALKING) for state in states}
        return next((one for one in (OnCall.TALKING, OnCall.RINGING) if one in calls), OnCall.NO)


def _is_client(value: object) -> bool:
    return isinstance(value, str)


def _view(row: Row[Any], granted_at: int) -> ClientView:
    able = row.microphone not in NO_MICROPHONE
    connected, times = bool(row.worker), (row.used_at, row.heard_at, granted_at)
    return ClientView(
        row.id,
        row.browser,
        row.view,
        connected,
        row.visible,
        row.audible,
        able,
        *times,
        signed_in=bool(row.signed_in),
    )
