"""Olga, what the others have that she must not see, and everything that she may ask for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from console.domain.enums import Command
from console.security.secrets_at_rest import Vault
from console.storage import models, organisations
from console.storage.database import Database
from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient

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


WHO = {"client": "{client}", "epoch": "{epoch}"}
EVENT = {
    "type": "ended",
    "at": 1_800_000_000_000,
    "connection": "{connection}",
    "call": "{call}",
    "cause": "completed",
    "ended_by": "agent",
}
ARGUMENTS = {"text": "hers", "number": "1002", "tones": "1"}
# What Olga tries: the route, the address, the body (None: a GET), and the answers that are right.
TRIES: list[tuple[str, str, Any, set[int]]] = [
    ("GET /", "/", None, {200}),
    ("GET /", "/?agent={alice}&call={call_id}", None, {200}),
    ("GET /history", "/history", None, {200}),
    ("GET /history", "/history?agent={alice}", None, {200}),
    ("GET /history", "/history?agent={alice}&missed=1&before=9999999999999.z", None, {200}),
    ("GET /history", "/history?q=Complaint", None, {200}),
    ("GET /history", "/history?q=%25", None, {200}),
    ("GET /wall", "/wall", None, {403}),
    ("GET /wall", "/wall?team={team}", None, {403}),
    ("GET /wall/tv", "/wall/tv?team={team}&locale=vi", None, {403}),
    ("GET /customers", "/customers?call={call_id}", None, {200}),
    ("GET /customers", "/customers?call=over&number=1002", None, {200}),
    (
        "POST /customers",
        "/customers",
        {"number": "0911222333", "name": "Hers", "contact": "{alice}"},
        {404, 422},
    ),
    # it only leads to another origin, and only while there is one
    ("GET /simulator", "/simulator", None, {302, 404}),
    ("GET /numbers/preview", "/numbers/preview?number=1002", None, {200}),
    ("GET /sessions", "/sessions", None, {200}),
    ("GET /sign-in", "/sign-in", None, {303}),
    ("POST /sign-in", "/sign-in", {"username": "alice", "password": "guess"}, {401, 400}),
    ("POST /sessions/<session_id>/end", "/sessions/{session}/end", {}, {404}),
    (
        "POST /password",
        "/password",
        {"username": "alice", "user": "{alice}", "current": "guess", "password": "x"},
        {401},
    ),
    (
        "POST /realtime/ticket",
        "/realtime/ticket",
        {"user": "{alice}", "session": "{session}"},
        {200},
    ),
    ("POST /preferences", "/preferences", {"locale": "en", "user": "{alice}"}, {204}),
    ("GET /phone/<connection>", "/phone/{connection}", None, {404}),
    ("POST /phone/<connection>/session", "/phone/{connection}/session", WHO, {409}),
    (
        "POST /phone/<connection>/session",
        "/phone/{connection}/session",
        {"client": "{olgas_client}", "epoch": 1},
        {404},
    ),
    ("POST /phone/<connection>/session", "/phone/{own}/session", WHO, {409}),
    (
        "POST /commands/leave",
        "/commands/leave",
        {**WHO, "events": [{"n": 99, "epoch": "{epoch}", "event": EVENT}]},
        {204},
    ),
    *(
        (
            "POST /commands/<name>",
            f"/commands/{name}",
            {"id": f"{name}-{n}", **WHO, "call": call, **ARGUMENTS},
            {202, 404, 422},
        )
        for name in Command
        if name != Command.set_availability
        for n, call in enumerate(("{call}", "{call_id}", "{over}"))
    ),
    (
        "POST /commands/<name>",
        "/commands/set_availability",
        {"id": "away", **WHO, "availability": "away", "reason": "", "agent": "{alice}"},
        {204},
    ),
    ("GET /health/live", "/health/live", None, {200}),
    ("GET /health/ready", "/health/ready", None, {200}),
    ("GET /realtime", "/realtime", None, {400, 403}),
    ("GET /static/<path:filename>", "/static/css/base.css", None, {200}),
    ("GET /static/<path:filename>", "/static/../instance/console.db", None, {404}),
    # the last: it ends her own session
    ("POST /sign-out", "/sign-out", {"session": "{session}"}, {204, 303}),
]
