"""Set-up by an administrator: organisations, teams, users, connections and lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from .accounts import username_key
from .models import Connection, Line, Organisation, Supervision, Team, User, new_id

T = TypeVar("T")
Seal = Callable[[str], str]  # place → a secret that is sealed for it
LONGEST_WRAP_UP = 3600  # seconds


class SetUpError(Exception):
    """The request is refused; the message has the reason."""


def _one(session: Session, query: Select[T], missing: str) -> T:
    found = session.scalars(query).all()
    if len(found) != 1:
        raise SetUpError(missing)
    return found[0]


def _must_be_new(session: Session, query: Select[Any], sentence: str) -> None:
    if session.scalars(query).first() is not None:
        raise SetUpError(sentence)


def organisation_named(session: Session, name: str) -> Organisation:
    return _one(
        session,
        select(Organisation).where(Organisation.name == name),
        f"There is no organisation {name!r}.",
    )


def create_organisation(session: Session, name: str, **choices: str) -> Organisation:
    _must_be_new(
        session,
        select(Organisation).where(Organisation.name == name),
        f"There is an organisation {name!r} already.",
    )
    return _added(session, Organisation(name=name, **choices))


def create_team(session: Session, organisation: Organisation, name: str) -> Team:
    of_name = select(Team).where(Team.organisation_id == organisation.id, Team.name == name)
    _must_be_new(session, of_name, f"There is a team {name!r} already.")
    return _added(session, Team(organisation_id=organisation.id, name=name))


def team_named(session: Session, organisation: Organisation, name: str) -> Team:
    of_name = select(Team).where(Team.organisation_id == organisation.id, Team.name == name)
    return _one(session, of_name, f"{organisation.name} has no team {name!r}.")


def create_user(
    session: Session,
    organisation: Organisation,
    username: str,
    *,
    name: str,
    role: str,
    password_hash: str,
    team: Team | None = None,
    supervises: Iterable[Team] = (),
) -> User:
    key = username_key(username)
    if not key:
        raise SetUpError("A user name must not be empty.")
    _must_be_new(
        session, select(User).where(User.username == key), f"There is a user {key!r} already."
    )
    fresh = User(
        organisation_id=organisation.id,
        username=key,
        name=name,
        role=role,
        password_hash=password_hash,
    )
    fresh.team_id = team.id if team else None
    _added(session, fresh)
    session.add_all(Supervision(user_id=fresh.id, team_id=each.id) for each in supervises)
    return fresh


def user_named(session: Session, username: str) -> User:
    return _one(
        session,
        select(User).where(User.username == username_key(username)),
        f"There is no user {username!r}.",
    )


def create_connection(
    session: Session,
    organisation: Organisation,
    provider: str,
    name: str,
    *,
    settings: dict[str, Any],
    secrets: Seal | None = None,
) -> Connection:
    of_name = select(Connection).where(
        Connection.organisation_id == organisation.id, Connection.name == name
    )
    _must_be_new(session, of_name, f"There is a connection {name!r} already.")
    fresh = Connection(
        id=new_id(),
        organisation_id=organisation.id,
        provider=provider,
        name=name,
        settings=settings,
    )
    fresh.secrets = secrets(place_of(fresh)) if secrets else ""
    return _added(session, fresh)


def connection_named(session: Session, organisation: Organisation, name: str) -> Connection:
    of_name = select(Connection).where(
        Connection.organisation_id == organisation.id, Connection.name == name
    )
    return _one(session, of_name, f"{organisation.name} has no connection {name!r}.")


def create_line(
    session: Session,
    connection: Connection,
    agent: User,
    extension: str,
    *,
    secrets: Seal | None = None,
) -> Line:
    if agent.organisation_id != connection.organisation_id:
        raise SetUpError(
            f"{agent.username} belongs to another organisation than {connection.name}."
        )
    taken = select(Line).where(Line.connection_id == connection.id, Line.extension == extension)
    _must_be_new(
        session, taken, f"Extension {extension} of {connection.name} belongs to an agent already."
    )
    fresh = Line(id=new_id(), connection_id=connection.id, agent_id=agent.id, extension=extension)
    fresh.secrets = secrets(place_of(fresh)) if secrets else ""
    return _added(session, fresh)


def line_of(session: Session, connection: Connection, extension: str) -> Line:
    of_extension = select(Line).where(
        Line.connection_id == connection.id, Line.extension == extension
    )
    return _one(session, of_extension, f"{connection.name} has no extension {extension}.")


def is_empty(session: Session) -> bool:
    return session.scalars(select(Organisation.id).limit(1)).first() is None


def place_of(row: Connection | Line) -> str:
    """The place to which this row's secrets are sealed: table, row and column."""
    return f"{row.__tablename__}/{row.id}/secrets"


def secrets(session: Session) -> list[str]:
    """All sealed secrets."""
    return [
        sealed
        for kind in (Connection, Line)
        for sealed in session.scalars(select(kind.secrets).where(kind.secrets != ""))
    ]


def change_secrets(session: Session, change: Callable[[str, str], str]) -> int:
    """Replaces each sealed secret by `change(secret, place)`; returns their number."""
    rows: list[Connection | Line] = []
    for kind in (Connection, Line):
        rows += session.scalars(select(kind).where(kind.secrets != "").with_for_update())
    for row in rows:
        row.secrets = change(row.secrets, place_of(row))
    return len(rows)


def _added(session: Session, row: T) -> T:
    session.add(row)
    session.flush()
    return row
