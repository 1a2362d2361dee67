"""Other agents and lines than the demo's, written straight into the database of a
running demo.
"""

from __future__ import annotations

import json

from sqlalchemy import delete

from console.domain.enums import Role
from console.providers import PROVIDERS
from console.security.secrets_at_rest import Vault
from console.storage import models, organisations
from console.storage.database import Database
from tests.servers.console_server import ConsoleServer


def vault_of(server: ConsoleServer) -> Vault:
    keys = json.loads((server.dir / "instance/development-keys.json").read_text())
    return Vault([keys["encryption_key"]])


def create_agent(
    server: ConsoleServer,
    username: str = "carol",
    extension: str = "1003",
    connection: str = "Demo PBX",
    name: str = "",
) -> None:
    """A colleague of Alice, with the demo's password and a line on this connection."""
    vault, database = vault_of(server), Database(server.database_url)
    with database.write() as session:
        demo = organisations.organisation_named(session, "Demo")
        alice = organisations.user_named(session, "alice")
        agent = organisations.create_user(
            session,
            demo,
            username,
            name=name or username.title(),
            role=Role.agent,
            password_hash=alice.password_hash,
            team=session.get(models.Team, alice.team_id),
        )
        through = organisations.connection_named(session, demo, connection)
        names = PROVIDERS[through.provider].line_secrets
        secrets = dict.fromkeys(names, f"pw-{extension}")
        organisations.create_line(session, through, agent, extension, secrets=vault.seal(secrets))
    database.close()


def remove_lines(server: ConsoleServer, connection: str = "Demo PBX") -> None:
    """Agents keep their lines on other connections: each line is a frame of their pages."""
    database = Database(server.database_url)
    with database.write() as session:
        demo = organisations.organisation_named(session, "Demo")
        through = organisations.connection_named(session, demo, connection)
        session.execute(delete(models.Line).where(models.Line.connection_id == through.id))
    database.close()
