"""A made-up call centre in full swing, written straight into a database: agents in every state, and
calls that ring, wait and were missed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from console.domain.call import Call
from console.domain.enums import Cause, Direction
from console.domain.quality import Quality, QualityCause, QualityLevel
from console.storage import callbacks, calls, models
from console.storage.database import Database

MINUTE = 60_000
FAMILY = "Nguyễn, Trần, Lê, Phạm, Hoàng, Phan, Vũ, Đặng, Bùi, Đỗ, Hồ, Ngô, Dương, Lý".split(", ")
GIVEN = (
    "Minh Anh, Thu Hà, Quốc Bảo, Thị Mai, Văn Bình, Ngọc Lan, Đức Huy, Khánh Linh, Gia Hân, "
    "Tuấn Kiệt, Bảo Trâm, Hữu Phước, Thanh Tâm, Hoài Nam, Phương Thảo, Xuân Trường, Mỹ Duyên"
).split(", ")


@dataclass
class Team:
    """One organisation's team. `talks` and its like write one agent each, in a state that began so
    long ago.
    """

    database: Database
    organisation: str
    team: str
    connections: list[str]
    agents: list[str] = field(default_factory=list)

    def agent(
        self,
        availability: str = "available",
        since: float = 7,
        *,
        reason: str = "",
        device: str = "ip_phone",
        phone: bool = True,
    ) -> str:
        """An agent's id. Minutes ago, as all times here."""
        n = len(self.agents)
        id = models.new_id()
        self.agents.append(id)
        with self.database.write() as session:
            now = self.database.now(session)
            name = f"{FAMILY[n % len(FAMILY)]} {GIVEN[(n * 5 + n // len(FAMILY)) % len(GIVEN)]}"
            session.add(
                models.User(
                    id=id,
                    organisation_id=self.organisation,
                    team_id=self.team,
                    username=id,
                    password_hash="-",
                    name=name,
                    role="agent",
                )
            )
            session.flush()
            at = now - round(since * MINUTE)
            session.add(
                models.AgentStatus(
                    agent_id=id, availability=availability, reason=reason, since=at, device=device
                )
            )
            session.add(
                models.Line(
                    connection_id=self.connections[n % len(self.connections)],
                    agent_id=id,
                    extension=id,
                )
            )
            if phone:
                heard_at = now + 60 * MINUTE
                session.add(
                    models.Client(
                        agent_id=id,
                        id="desk",
                        view="workspace",
                        worker="elsewhere:1:0",
                        registered=True,
                        heard_at=heard_at,
                    )
                )
                session.add(
                    models.Lease(
                        agent_id=id,
                        epoch=1,
                        version=1,
                        holder="desk",
                        heard_at=heard_at,
                        confirmed=True,
                    )
                )
        return id

    def call(
        self,
        agent: str,
        number: str,
        began: float,
        *,
        answered: float | None = None,
        ended: float | None = None,
        **facts: Any,
    ) -> Call:
        """`began`, `answered`, `ended` in minutes ago; `held` too."""
        with self.database.write() as session:
            now = self.database.now(session)
            id = models.new_id()
            held = facts.pop("held", None)
            at: dict[str, Any] = {
                name: None if ago is None else now - round(ago * MINUTE)
                for name, ago in (("answered_at", answered), ("ended_at", ended))
            }
            marks = () if held is None else ((now - round(held * MINUTE), True, "agent"),)
            connection = self.connections[self.agents.index(agent) % len(self.connections)]
            known: dict[str, Any] = {"conversation": id, "connection": connection, **facts}
            made = Call(
                id=id,
                organisation=self.organisation,
                agent=agent,
                started_at=now - round(began * MINUTE),
                client_call_id=id,
                number=number,
                last_seen_at=now - round(began * MINUTE),
                hold_marks=marks,
                **at,
                **known,
            )
            calls.save(session, made)
            callbacks.refresh(session, self.organisation, number, 0, known_only=False)
        return made

    def missed(self, number: str, ago: float, **facts: Any) -> Call:
        return self.call(
            self.agents[0], number, ago, ended=ago - 0.3, reported_cause=Cause.missed, **facts
        )


def poor(now: int = 0) -> Quality:
    return Quality(
        whole=False, at=now, level=QualityLevel.poor, cause=QualityCause.your_network, mos=2.1
    )


def fill(team: Team, count: int, *, hold: float | None = 0.4) -> None:
    """`count` agents. Up to six need attention, the others are in every calm state in turn; `hold`:
    of a call that waits.
    """
    urgent: list[Callable[[], object]] = [
        lambda: team.call(
            team.agent(), "+84912345678", 6, answered=5.5, held=4.2, name="Trần Thị Hồng"
        ),
        lambda: team.call(team.agent(), "+84987654321", 0.6, name="Công ty Minh Phát"),
        lambda: team.call(team.agent(), "+842812345678", 9, answered=8.8, quality=poor()),
        lambda: team.call(team.agent(), "+84903111222", 3, answered=2.9, calls_today=3),
        lambda: team.agent(phone=False),
        lambda: team.call(team.agent(), "+84978000111", 0.4),
    ]
    calm: list[Callable[[], object]] = [
        lambda: team.call(
            team.agent(),
            "+84934567890",
            4,
            answered=3.9,
            quality=Quality(False, 0, QualityLevel.good, QualityCause.none, 4.3),
        ),
        lambda: team.agent(since=12),
        lambda: team.call(
            team.agent(),
            "+84965432109",
            2,
            answered=1.8,
            outgoing=True,
            direction=Direction.outbound,
            name="Lê Quang Vinh",
        ),
        lambda: team.agent("away", since=22, reason="meal"),
        lambda: team.agent("wrap_up", since=0.8),
        lambda: team.agent(since=33, device="browser"),
        lambda: team.agent("offline", since=200),
        lambda: team.call(team.agent(), "+84918000222", 1, answered=0.9, held=hold),
        lambda: team.agent("away", since=6, reason="break", device="gsm"),
    ]
    for n in range(count):
        (urgent[n] if n < min(len(urgent), count // 2) else calm[n % len(calm)])()


def about_noon() -> str:
    """A time zone in which what was missed an hour ago was missed today."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


def team_of(database: Database, organisation: str, name: str) -> Team:
    """A team of that name, with all the organisation's connections."""
    with database.write() as session:
        home = session.scalars(
            select(models.Organisation).where(models.Organisation.name == organisation)
        ).one()
        home.wrap_up_seconds = 3600
        home.timezone = about_noon()
        found = session.scalars(
            select(models.Team).where(
                models.Team.organisation_id == home.id, models.Team.name == name
            )
        ).first()
        if found is None:
            found = models.Team(id=models.new_id(), organisation_id=home.id, name=name)
            session.add(found)
        connections = list(
            session.scalars(
                select(models.Connection.id).where(models.Connection.organisation_id == home.id)
            )
        )
        return Team(database, home.id, found.id, connections)
