"""The lists of the `flask list-…` commands: all rows, or those of one organisation."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from .models import Connection, Line, Organisation, SignInSession, Team, User
from .organisations import organisation_named


def _of(session: Session, name: str) -> ColumnElement[bool]:
    """Raises SetUpError for an unknown name, instead of an empty list."""
    return Organisation.id == organisation_named(session, name).id if name else true()


def organisations(session: Session, name: str) -> list[Organisation]:
    return list(
        session.scalars(select(Organisation).where(_of(session, name)).order_by(Organisation.name))
    )


def users(session: Session, name: str) -> list[Any]:
    """(organisation, team, user)"""
    rows = select(Organisation.name, Team.name, User).join(
        User, User.organisation_id == Organisation.id
    )
    found = rows.outerjoin(Team, Team.id == User.team_id).where(_of(session, name))
    return list(session.execute(found.order_by(Organisation.name, User.username)))


def sessions(session: Session, name: str) -> list[Any]:
    """(organisation, user name, session)"""
    rows = select(Organisation.name, User.username, SignInSession).join(
        User, User.organisation_id == Organisation.id
    )
    found = rows.join(SignInSession, SignInSession.user_id == User.id).where(_of(session, name))
    return list(
        session.execute(
            found.order_by(Organisation.name, User.username, SignInSession.seen_at.desc())
        )
    )


def connections(session: Session, name: str) -> list[Any]:
    """(organisation, connection)"""
    rows = select(Organisation.name, Connection).join(
        Connection, Connection.organisation_id == Organisation.id
    )
    return list(
        session.execute(rows.where(_of(session, name)).order_by(Organisation.name, Connection.name))
    )


def lines(session: Session, name: str) -> list[Any]:
    """(organisation, connection, user name, line)"""
    rows = select(Organisation.name, Connection.name, User.username, Line).join(
        Connection, Connection.organisation_id == Organisation.id
    )
    found = (
        rows.join(Line, Line.connection_id == Connection.id)
        .join(User, User.id == Line.agent_id)
        .where(_of(session, name))
    )
    return list(session.execute(found.order_by(Organisation.name, Connection.name, Line.extension)))
