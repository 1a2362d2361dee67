"""The cast in a database:

Alice and Bob are agents of one team, Sam supervises it, Ada administers, Olga is elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from console.config import Settings
from console.config.timings import Timings
from console.domain.lease_model import LeaseTimings
from console.services.carriers import Carriers
from console.services.due_work import DueWork
from console.services.lease_notices import LeaseNotices
from console.services.ownership import Ownership
from console.services.sign_outs import SignOuts
from console.services.switchboard import Switchboard
from console.services.unit_of_work import UnitsOfWork
from console.storage import journal, models
from console.storage.database import Database
from console.storage.leases import Leases

CONNECTION, FOREIGN = "cccccccc-0000-7000-8000-000000000001", "cccccccc-0000-7000-8000-000000000002"


@dataclass
class Cast:
    database: Database
    organisation: str
    elsewhere: str
    team: str
    units: UnitsOfWork
    leases: Leases
    switchboard: Switchboard
    entries: list[journal.JournalEntry]

    @property
    def notices(self) -> LeaseNotices:
        return LeaseNotices(self.leases, self.switchboard)

    @property
    def ownership(self) -> Ownership:
        return Ownership(self.leases, self.notices)

    @property
    def sign_outs(self) -> SignOuts:
        return SignOuts(self.units, self.leases, self.switchboard, self.notices)

    def carriers(self) -> Carriers:
        timings = replace(Timings.of(Settings()), silent_call=self.units.silent_after)
        return Carriers(self.database, self.units, self.leases.clock, self.switchboard, timings)

    def due_work(self, carriers: Carriers | None = None) -> DueWork:
        carriers = carriers or self.carriers()
        return DueWork(self.database, self.units, self.leases, self.notices, carriers)

    def worker(self, kind: type[Switchboard] = Switchboard) -> Cast:
        """Another worker on the same database, with a switchboard of its own."""
        units = UnitsOfWork(self.database, self.units.silent_after)
        switchboard = kind(units, self.leases, self.leases.clock, units.silent_after)
        return replace(self, units=units, switchboard=switchboard)

    def holds(self, agent: str, client: str, epoch: int) -> None:
        """This client held this epoch of the agent's lease; its row says that it is connected."""
        with self.database.write() as session:
            now = self.database.now(session)
            if session.get(models.Client, (agent, client)) is None:
                session.add(
                    models.SignInSession(
                        id=f"{agent} {client}", user_id=agent, created_at=now, seen_at=now
                    )
                )
                session.add(
                    models.Client(
                        agent_id=agent,
                        id=client,
                        view="workspace",
                        session_id=f"{agent} {client}",
                        worker="w",
                        heard_at=now,
                        event_n=0,
                    )
                )
            session.add(
                models.LeaseEpoch(agent_id=agent, epoch=epoch, client_id=client, granted_at=now)
            )
            lease = session.get(models.Lease, agent) or models.Lease(agent_id=agent)
            (
                lease.epoch,
                lease.version,
                lease.holder,
                lease.since,
                lease.heard_at,
                lease.confirmed,
            ) = (epoch, epoch, client, now, now, True)
            session.add(lease)

    def calls(self, agent: str | None = None) -> list[models.Call]:
        with self.database.read() as session:
            query = session.query(models.Call).order_by(models.Call.id)
            return (query.filter_by(agent_id=agent) if agent else query).all()


def people(organisation: str, team: str, names: dict[str, str]) -> list[models.User]:
    return [
        models.User(
            id=name,
            organisation_id=organisation,
            team_id=team,
            username=name,
            password_hash="-",
            name=name.title(),
            role=role,
        )
        for name, role in names.items()
    ]


def assemble(database: Database, silent_after: int = 35_000) -> Cast:
    with database.write() as session:
        session.add_all(
            [
                models.Organisation(id="home", name="Home", region="VN"),
                models.Organisation(id="other", name="Other", region="VN"),
            ]
        )
        session.flush()
        session.add_all(
            [
                models.Team(id="team", organisation_id="home", name="Team"),
                models.Team(id="far", organisation_id="other", name="Far"),
            ]
        )
        session.flush()
        session.add_all(
            people(
                "home",
                "team",
                {"alice": "agent", "bob": "agent", "sam": "supervisor", "ada": "admin"},
            )
        )
        session.add_all(people("other", "far", {"olga": "agent"}))
        session.add(
            models.Connection(
                id=CONNECTION, organisation_id="home", provider="sip", name="PBX", settings={}
            )
        )
        session.add(
            models.Connection(
                id=FOREIGN, organisation_id="other", provider="sip", name="PBX", settings={}
            )
        )
        session.flush()
        session.add(models.Supervision(user_id="sam", team_id="team"))
        for agent, extension, connection in (
            ("alice", "1001", CONNECTION),
            ("bob", "1002", CONNECTION),
            ("olga", "1001", FOREIGN),
        ):
            session.add(models.Line(connection_id=connection, agent_id=agent, extension=extension))
    units, leases = UnitsOfWork(database, silent_after), Leases(database, LeaseTimings())
    entries: list[journal.JournalEntry] = []
    units.announce = entries.extend
    return Cast(
        database,
        "home",
        "other",
        "team",
        units,
        leases,
        Switchboard(units, leases, leases.clock, silent_after),
        entries,
    )
