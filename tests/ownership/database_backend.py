"""The leases of storage.leases over a database."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select

from console.domain.enums import CallState
from console.domain.lease_model import LeaseTimings, LeaseView, Outcome
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

from .clock import Time

WORKER = "worker-1"


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
