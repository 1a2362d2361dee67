"""Lines and connections of an agent."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Connection, Line, User


def find_connection(session: Session, connection: str) -> Connection | None:
    return session.get(Connection, connection)


def connection_of_agent(session: Session, agent: str, named: str | None) -> Connection | None:
    """The agent's connection of this id; without an id, the connection of their first line."""
    query = select(Connection).join(Line).where(Line.agent_id == agent)
    if named:
        query = query.where(Connection.id == named)
    return session.scalar(query.order_by(Line.id).limit(1))


def agent_has_line(session: Session, connection: str, agent: str) -> bool:
    query = select(Line.id).where(Line.connection_id == connection, Line.agent_id == agent)
    return session.scalar(query.limit(1)) is not None


def lines_of(session: Session, user: User) -> list[tuple[Line, Connection]]:
    """The user's lines with their connections, all of the user's own organisation."""
    rows = session.execute(
        select(Line, Connection)
        .join(Connection, Connection.id == Line.connection_id)
        .where(Line.agent_id == user.id, Connection.organisation_id == user.organisation_id)
        .order_by(Line.id)
    ).all()
    return [(line, connection) for line, connection in rows]
