"""The organisation that the bench plays: agents with lines, and supervisors of the first team, all
of them signed in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from console.security.cookies import token_id
from console.storage import models, schema
from console.storage.database import Database

AGENTS, WALL, WALLS = (
    1000,
    50,
    500,
)  # agents; how many of them are on the wall; how many walls look at them
_ROW = (
    "{kind}\t/realtime\tOrigin: http://localhost:{port}|Cookie:"
    " console={token}|Sec-WebSocket-Protocol: console.v1\t{hello}\t{after}"
)
_CLAIM = json.dumps({"type": "lease.claim"})


@dataclass(frozen=True)
class Site:
    names: dict[str, object]

    def agents(self, count: int, port: int) -> list[str]:
        """Each agent's workspace, which takes the agent's phone as soon as it is open."""
        return [
            self._socket("reader", f"agent-{n}", "workspace", port, _CLAIM) for n in range(count)
        ]

    def walls(self, count: int, port: int, stalled: int = 0) -> list[str]:
        kinds = ["reader"] * count + ["stalled"] * stalled
        return [self._socket(kind, f"supervisor-{n}", "wall", port) for n, kind in enumerate(kinds)]

    def _socket(self, kind: str, token: str, view: str, port: int, after: str = "") -> str:
        hello = json.dumps(
            {
                "type": "hello",
                "client": f"client-{token}",
                "browser": f"browser-{token}",
                "view": view,
                "locale": "vi",
            }
        )
        return _ROW.format(kind=kind, port=port, token=token, hello=hello, after=after)


def create_site(folder: Path) -> tuple[str, Site]:
    """A fresh database; answers its address and who is in it."""
    url = f"sqlite:///{folder / 'console.db'}"
    database = Database(url)
    schema.upgrade(database)
    with database.write() as session:
        now = database.now(session)
        home = models.Organisation(id=models.new_id(), name="Bench", region="VN")
        line = models.Connection(
            id=models.new_id(),
            organisation_id=home.id,
            provider="sip",
            name="PBX",
            settings={"domain": "pbx.test"},
        )
        teams = [
            models.Team(id=models.new_id(), organisation_id=home.id, name=f"Team {n}")
            for n in range(AGENTS // WALL)
        ]
        session.add(home)
        session.flush()
        session.add_all([line, *teams])
        session.flush()
        agents = [_user(home.id, f"agent-{n}", "agent", teams[n // WALL].id) for n in range(AGENTS)]
        supervisors = [
            _user(home.id, f"supervisor-{n}", "supervisor", None) for n in range(WALLS + 1)
        ]
        session.add_all(agents + supervisors)
        session.flush()
        for n, agent in enumerate(agents):
            session.add(
                models.Line(connection_id=line.id, agent_id=agent.id, extension=f"{2000 + n}")
            )
            session.add(
                models.AgentStatus(
                    agent_id=agent.id,
                    availability="available",
                    reason="",
                    since=now,
                    device="browser",
                )
            )
        for each in agents + supervisors:
            session.add(
                models.SignInSession(
                    id=token_id(each.username), user_id=each.id, created_at=now, seen_at=now
                )
            )
        session.add_all(
            models.Supervision(user_id=each.id, team_id=teams[0].id) for each in supervisors
        )
        names: dict[str, object] = {
            "organisation": home.id,
            "connection": line.id,
            "agents": [each.id for each in agents],
            "wall": WALL,
        }
    database.close()
    return url, Site(names)


def _user(organisation: str, name: str, role: str, team: str | None) -> models.User:
    return models.User(
        id=models.new_id(),
        organisation_id=organisation,
        team_id=team,
        username=name,
        password_hash="-",
        name=f"Nguyễn {name}",
        role=role,
    )
