"""Two organisations: Alice and Bob of Demo are on a call, and Olga of Other looks for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from console.security.secrets_at_rest import Vault
from console.storage import models, organisations
from console.storage.database import Database
from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient

OUTCOME = "Khiếu nại"
NOTE = "Complaint: refund agreed with the manager"
EXTERNAL = [["sip", "exchange-call-1"]]
PULSE = {"seen_at", "last_seen_at"}  # written by their own pages as time goes by
KINDS = (
    models.Call,
    models.ExternalId,
    models.LeaseEpoch,
    models.AgentStatus,
    models.SignInSession,
    models.UnknownEvent,
)
SHARED = (models.Contact, models.ContactNumber, models.ContactChange)


@dataclass
class Scene:
    server: ConsoleServer
    database: Database
    alice: ScriptedPhone
    bob: ScriptedPhone
    olga: WebClient
    names: dict[str, str]
    secrets: list[str]

    def fill(self, template: Any) -> Any:
        """`{alice}`, `{call}` and the like in an address or a body become what Olga may have learnt
        somehow.
        """
        text = json.dumps(template)
        for name, value in self.names.items():
            text = text.replace(f"{{{name}}}", value)
        return json.loads(text.replace('"{epoch}"', str(self.alice.epoch)))

    def theirs(self) -> dict[str, Any]:
        """All that is kept of the other organisation's people, their leases and their calls."""
        with self.database.read() as session:
            home = self.names["organisation"]
            users = select(models.User.id).where(models.User.organisation_id == home)
            kept: dict[str, Any] = {}
            for kind in KINDS:
                owner = getattr(kind, "agent_id", None) or kind.user_id  # type: ignore[attr-defined]
                kept[kind.__tablename__] = [
                    _row(row) for row in session.scalars(select(kind).where(owner.in_(users)))
                ]
            kept["users"] = [
                _row(row)
                for row in session.scalars(
                    select(models.User).where(models.User.organisation_id == home)
                )
            ]
            for kind in SHARED:
                kept[kind.__tablename__] = [
                    _row(row)
                    for row in session.scalars(select(kind).where(kind.organisation_id == home))
                ]
            leases = session.scalars(select(models.Lease).where(models.Lease.agent_id.in_(users)))
            kept["leases"] = [
                (row.agent_id, row.holder, row.epoch, row.asked_by, row.left_at) for row in leases
            ]
            return kept

    def reveals(self, text: str) -> list[str]:
        return [secret for secret in self.secrets if secret.lower() in text.lower()]


def _row(row: Any) -> dict[str, Any]:
    return {
        column.name: getattr(row, column.name)
        for column in row.__table__.columns
        if column.name not in PULSE
    }


def furnish(database: Database, vault: Vault) -> dict[str, str]:
    """Olga's organisation gets a phone system, with the same extension as Alice's, a supervisor and
    an administrator.
    """
    with database.write() as session:
        home, other = (
            organisations.organisation_named(session, name) for name in ("Demo", "Other")
        )
        alice, bob, olga = (
            organisations.user_named(session, name) for name in ("alice", "bob", "olga")
        )
        theirs = organisations.create_connection(
            session,
            other,
            "sip",
            "Other PBX",
            settings={"url": "ws://127.0.0.1:9", "domain": "pbx.test"},
        )
        organisations.create_line(
            session, theirs, olga, "1001", secrets=vault.seal({"password": "olgas-own"})
        )
        team = organisations.team_named(session, other, "Team One")
        for name, role in (("oscar", "supervisor"), ("otto", "admin")):
            organisations.create_user(
                session,
                other,
                name,
                name=name.title(),
                role=role,
                password_hash=olga.password_hash,
                supervises=[team] if name == "oscar" else [],
            )
        # A row that should not exist: Oscar supervises a team of the other organisation.
        foreign = organisations.team_named(session, home, "Team One")
        session.add(
            models.Supervision(
                user_id=organisations.user_named(session, "oscar").id, team_id=foreign.id
            )
        )
        connection = organisations.connection_named(session, home, "Demo PBX")
        return {
            "alice": alice.id,
            "bob": bob.id,
            "olga": olga.id,
            "organisation": home.id,
            "team": foreign.id,
            "connection": connection.id,
            "own": theirs.id,
        }


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with ExitStack() as stack:
        server = stack.enter_context(ConsoleServer())
        database = Database(server.database_url)
        stack.callback(database.close)
        keys = json.loads((server.dir / "instance/development-keys.json").read_text())
        names = furnish(database, Vault([keys["encryption_key"]]))
        alice, bob = (
            stack.enter_context(
                ScriptedPhone(WebClient(server, who), f"tab-of-{len(who)}", keeps=True)
            )
            for who in ("alice", "bob")
        )
        alice.tell("dialing", "call-one", number="1002", direction="outbound", external=EXTERNAL)
        bob.rings("call-two", "1001", external=EXTERNAL)
        for phone, call in ((alice, "call-one"), (bob, "call-two")):
            phone.tell("answered", call)
        alice.socket.calls.append("call-one")
        alice.talks("over", "0987654321", name="Customer Nguyen")
        alice.ends("over")
        alice.web.post(
            "/commands/note",
            id="n1",
            client=alice.client,
            epoch=alice.epoch,
            call="over",
            text=NOTE,
        )
        with database.read() as session:
            names["outcome"] = session.scalars(
                select(models.Outcome.id).where(models.Outcome.name == OUTCOME)
            ).one()
            names["contact"] = session.scalars(
                select(models.ContactNumber.contact_id).where(
                    models.ContactNumber.organisation_id == names["organisation"]
                )
            ).first()
        about = {"id": "o1", "client": alice.client, "epoch": alice.epoch, "call": "over"}
        alice.web.post("/commands/outcome", **about, outcome=names["outcome"])
        names |= {"client": alice.client, "call": "call-one", "over": "over"}
        with database.read() as session:
            names["call_id"] = session.scalars(
                select(models.Call.id).where(models.Call.client_call_id == "call-one")
            ).one()
            names["session"] = session.scalars(
                select(models.SignInSession.id).where(
                    models.SignInSession.user_id == names["alice"]
                )
            ).one()
        olga = WebClient(server, "olga")
        stack.callback(olga.close)
        hidden = [
            names[key]
            for key in (
                "alice",
                "bob",
                "organisation",
                "connection",
                "call_id",
                "session",
                "outcome",
                "contact",
            )
        ]
        secrets = [
            *hidden,
            "alice",
            "bob",
            "Demo",
            "987654321",
            "987 654 321",
            "Nguyen",
            "refund agreed",
            "pw-1001",
            OUTCOME,
        ]
        yield Scene(server, database, alice, bob, olga, names, secrets)
