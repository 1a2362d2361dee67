"""Backends of a lease: the pure rules in memory, and storage.leases over a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select

from console.domain import lease as rules
from console.domain.enums import CallState
from console.domain.lease_model import (
    ClientView,
    LeaseContext,
    LeaseTimings,
    LeaseView,
    OnCall,
    Outcome,
)
from console.storage.clock import Clock
from console.storage.database import Database
from console.storage.lease_epochs import has_held
from console.storage.leases import Leases
from console.storage.models import (
    Call,
    Client,
    Connection,
    LeaseEpoch,
    Organisation,
    SignInSession,
    User,
)

WORKER = "worker-1"


@dataclass
class Time:
    """The true time in ms, and a database clock that may be wrong."""

    true: int = 1_700_000_000_000
    database_ahead: int = 0

    @property
    def database(self) -> int:
        return self.true + self.database_ahead

    def monotonic(self) -> float:
        return self.true / 1000


class MemoryBackend:
    def __init__(self, time: Time) -> None:
        self.time, self.timings = time, LeaseTimings()
        self.lease, self.clients, self.history = (
            LeaseView(),
            dict[str, ClientView](),
            dict[int, str](),
        )
        self.calls = dict[str, CallState]()
        self.restart()

    def now(self, _session: object = None) -> int:
        return self.time.database

    def restart(self) -> None:
        self.clock = Clock(self, self.timings, self.time.monotonic)  # type: ignore[arg-type]
        self.clients = {id: replace(one, connected=False) for id, one in self.clients.items()}

    def hello(self, client: str, browser: str, view: str) -> Outcome:
        known = self.clients.get(client)
        now = self.clock.read(None)  # type: ignore[arg-type]
        self.clients[client] = ClientView(
            client,
            browser,
            view,
            True,
            True,
            True,
            True,
            now,
            now,
            known.granted_at if known else 0,
        )
        return self.act("returned", client)

    def gone(self, client: str) -> None:
        self.clients[client] = replace(self.clients[client], connected=False)

    def pongs(self, heard: dict[str, int]) -> None:
        for client, at in heard.items():
            self.clients[client] = replace(self.clients[client], heard_at=at)

    def renew(self) -> set[str]:
        moment, lease = self.context(), self.lease
        one = moment.client(lease.holder)
        if not (one and one.connected and lease.confirmed and lease.left_at is None):
            return set()
        if not (lease.heard_at < one.heard_at or lease.heard_at > moment.now):
            return set()
        self.lease = replace(lease, heard_at=one.heard_at)
        return {one.id}

    def act(self, verb: str, client: str, *args: Any) -> Outcome:
        if verb != "leaving":
            now = self.clock.read(None)  # type: ignore[arg-type]
            self.clients[client] = replace(self.clients[client], heard_at=now)
        return self._change(getattr(rules, verb), client, *args)

    def start_phone(self, client: str, epoch: int) -> None:
        rules.check_start(self.lease, client, epoch)
        self.act("confirm", client, epoch)

    def check_command(self, epoch: int) -> None:
        rules.check_command(self.lease, epoch)

    def set_no_peers(self, client: str, epoch: int, no_peers: bool) -> None:
        self._change(rules.set_no_peers, client, epoch, no_peers)

    def sign_out(self, clients: set[str]) -> Outcome:
        self.clients |= {
            id: replace(self.clients[id], signed_in=False) for id in clients & self.clients.keys()
        }
        return self._change(rules.signed_out, clients)

    def tick(self) -> Outcome:
        return self._change(rules.tick)

    def has_peers(self, holder: str) -> bool:
        return self.context().has_peers(holder)

    def current(self) -> LeaseView:
        return self.lease

    def held(self, client: str, epoch: int) -> bool:
        return self.history.get(epoch) == client

    def call(self, client: str, state: CallState | None) -> None:
        self.calls = {client: state} if state else {}

    def call_of(self, client: str) -> CallState | None:
        return self.calls.get(client)

    def context(self) -> LeaseContext:
        now = self.clock.read(None)  # type: ignore[arg-type]
        state = self.calls.get(self.lease.holder or "")
        on_call = (
            OnCall.NO
            if state is None
            else OnCall.RINGING
            if state is CallState.ringing
            else OnCall.TALKING
        )
        return LeaseContext(
            now, tuple(self.clients.values()), on_call, self.clock.grace_until, self.timings
        )

    def _change(self, rule: Callable[..., Outcome], *args: Any) -> Outcome:
        old, outcome = self.lease, rule(self.lease, self.context(), *args)
        self.lease = outcome.lease
        if self.lease.epoch != old.epoch:
            assert self.lease.epoch == old.epoch + 1 and self.lease.holder
            self.history[self.lease.epoch] = self.lease.holder
            self.clients[self.lease.holder] = replace(
                self.clients[self.lease.holder], granted_at=self.lease.since
            )
        return outcome


class DatabaseBackend:
    agent: str

    def __init__(self, database: Database, time: Time) -> None:
        self.time, self.timings, self.database = time, LeaseTimings(), database
        with database.write() as session:
            organisation = Organisation(name=f"organisation {uuid4()}")
            session.add(organisation)
            session.flush()
            user = User(
                organisation_id=organisation.id,
                username=f"alice {organisation.id}",
                password_hash="-",
                name="Alice",
                role="agent",
            )
            connection = Connection(organisation_id=organisation.id, provider="sip", name="PBX")
            session.add_all((user, connection))
            session.flush()
            self.organisation, self.agent, self.connection = organisation.id, user.id, connection.id
        self.restart()

    def now(self, _session: object = None) -> int:
        return self.time.database

    def restart(self) -> None:
        self.leases = Leases(self, self.timings, self.time.monotonic)  # type: ignore[arg-type]
        with self.database.write() as session:
            for row in session.scalars(select(Client).where(Client.agent_id == self.agent)):
                row.worker = ""

    def hello(self, client: str, browser: str, view: str) -> Outcome:
        with self.database.write() as session:
            now = self.leases.clock.read(session)
            row = session.get(Client, (self.agent, client)) or Client(
                agent_id=self.agent, id=client
            )
            row.browser, row.view, row.worker, row.heard_at, row.used_at = (
                browser,
                view,
                WORKER,
                now,
                now,
            )
            row.visible = row.audible = True
            row.session_id = f"{self.agent} {client}"
            session.add(row)
            session.merge(
                SignInSession(id=row.session_id, user_id=self.agent, created_at=now, seen_at=now)
            )
            return self.leases.returned(session, self.agent, client)

    def gone(self, client: str) -> None:
        with self.database.write() as session:
            row = session.get(Client, (self.agent, client))
            assert row
            row.worker = ""

    def pongs(self, heard: dict[str, int]) -> None:
        with self.database.write() as session:
            for row in session.scalars(
                select(Client).where(Client.agent_id == self.agent, Client.id.in_(heard))
            ):
                row.heard_at = heard[row.id]

    def renew(self) -> set[str]:
        with self.database.write() as session:
            return {client for _, client in self.leases.renew(session, WORKER)}

    def act(self, verb: str, client: str, *args: Any) -> Outcome:
        with self.database.write() as session:
            outcome: Outcome = getattr(self.leases, verb)(session, self.agent, client, *args)
            return outcome

    def start_phone(self, client: str, epoch: int) -> None:
        with self.database.write() as session:
            self.leases.start_phone(session, self.agent, client, epoch)

    def check_command(self, epoch: int) -> None:
        with self.database.read() as session:
            self.leases.check_command(session, self.agent, epoch)

    def set_no_peers(self, client: str, epoch: int, no_peers: bool) -> None:
        with self.database.write() as session:
            self.leases.set_no_peers(session, self.agent, client, epoch, no_peers)

    def sign_out(self, clients: set[str]) -> Outcome:
        with self.database.write() as session:
            session.execute(
                delete(SignInSession).where(
                    SignInSession.id.in_([f"{self.agent} {client}" for client in clients])
                )
            )
            return self.leases.signed_out(session, self.agent, clients)

    def tick(self) -> Outcome:
        with self.database.read() as session:
            due = (self.organisation, self.agent) in self.leases.due(session)
        with self.database.write() as session:
            lease = self.leases.current(session, self.agent)
            outcome = self.leases.tick(session, self.agent)
        assert due or outcome.lease == lease, (
            f"a tick had something to do, but it was not due: {lease}"
        )
        return outcome

    def has_peers(self, holder: str) -> bool:
        with self.database.read() as session:
            return self.leases.has_peers(session, self.agent, holder)

    def current(self) -> LeaseView:
        with self.database.read() as session:
            return self.leases.current(session, self.agent)

    def held(self, client: str, epoch: int) -> bool:
        with self.database.read() as session:
            return has_held(session, self.agent, client, epoch)

    @property
    def clock(self) -> Clock:
        return self.leases.clock

    @property
    def history(self) -> dict[int, str]:
        with self.database.read() as session:
            rows = session.execute(
                select(LeaseEpoch.epoch, LeaseEpoch.client_id).where(
                    LeaseEpoch.agent_id == self.agent
                )
            )
            return dict(rows.all())

    def call(self, client: str, state: CallState | None) -> None:
        with self.database.write() as session:
            session.execute(delete(Call).where(Call.agent_id == self.agent))
            if state:
                at = self.time.database
                session.add(
                    Call(
                        id=f"call-{self.agent}"[:36],
                        conversation_id=f"conversation-{self.agent}"[:36],
                        organisation_id=self.organisation,
                        connection_id=self.connection,
                        agent_id=self.agent,
                        direction="inbound",
                        state=state,
                        started_at=at,
                        last_seen_at=at,
                        client_call_id="1",
                        carrier=client,
                    )
                )

    def call_of(self, client: str) -> CallState | None:
        with self.database.read() as session:
            state = session.scalar(
                select(Call.state).where(Call.agent_id == self.agent, Call.carrier == client)
            )
            return CallState(state) if state else None


LeaseBackend = MemoryBackend | DatabaseBackend
