"""Agents by team, by supervisor, by id; their status, names and region."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, bindparam, or_, select
from sqlalchemy.orm import Session

from .. import models
from ..accounts import username_key

_USER, _TEAM, _ORGANISATION, _CONNECTION = (
    cast(Table, model.__table__)
    for model in (models.User, models.Team, models.Organisation, models.Connection)
)


def find_status(session: Session, agent: str) -> models.AgentStatus | None:
    return session.get(models.AgentStatus, agent)


def status_of(session: Session, agent: str) -> models.AgentStatus:
    """The agent's status, created where there is none."""
    row = find_status(session, agent)
    if row is None:
        row = models.AgentStatus(
            agent_id=agent,
            availability="offline",
            reason="",
            since=0,
            device="browser",
            device_number="",
            wrap_up_extra=0,
        )
        session.add(row)
    return row


def of_teams(session: Session, organisation: str, teams: Sequence[str]) -> list[str]:
    """Ids of the agents in these teams of the organisation."""
    user = models.User
    return list(
        session.scalars(
            select(user.id).where(
                user.organisation_id == organisation,
                user.team_id.in_(list(teams)),
                user.role == "agent",
                user.disabled.is_(False),
            )
        )
    )


def teams_seen_by(session: Session, user: models.User) -> list[str]:
    """A supervisor sees their own teams, an administrator all teams, an agent none."""
    if user.role == "admin":
        return list(
            session.scalars(
                select(models.Team.id).where(models.Team.organisation_id == user.organisation_id)
            )
        )
    if user.role != "supervisor":
        return []
    query = select(models.Supervision.team_id).join(
        models.Team, models.Team.id == models.Supervision.team_id
    )
    return list(
        session.scalars(
            query.where(
                models.Supervision.user_id == user.id,
                models.Team.organisation_id == user.organisation_id,
            )
        )
    )


def find(session: Session, organisation: str, who: str) -> models.User | None:
    """The person of the organisation with this id or user name."""
    named = or_(models.User.id == who, models.User.username == username_key(who))
    return session.scalars(
        select(models.User).where(models.User.organisation_id == organisation, named)
    ).first()


def supervises(session: Session, user: models.User, agent: models.User) -> bool:
    """Whether the agent belongs to a team that the user sees."""
    return (
        agent.role == "agent"
        and agent.organisation_id == user.organisation_id
        and agent.team_id in teams_seen_by(session, user)
    )


def team_names(session: Session, teams: Sequence[str]) -> dict[str, str]:
    """Team id → name, in the order of the names."""
    rows = session.execute(
        select(_TEAM.c.id, _TEAM.c.name).where(_TEAM.c.id.in_(list(teams))).order_by(_TEAM.c.name)
    )
    return {id: name for id, name in rows}


def connections_of(session: Session, agents: Sequence[str]) -> list[str]:
    """The names of the connections on which these agents have a line."""
    of_agents = select(models.Line.connection_id).where(models.Line.agent_id.in_(list(agents)))
    return list(
        session.scalars(
            select(_CONNECTION.c.name)
            .where(_CONNECTION.c.id.in_(of_agents))
            .order_by(_CONNECTION.c.name)
        )
    )


_REGION = (
    select(_ORGANISATION.c.region)
    .join(_USER, _USER.c.organisation_id == _ORGANISATION.c.id)
    .where(_USER.c.id == bindparam("user"))
)


def region_of(session: Session, user: str) -> str:
    """The country of this user's organisation, for the way of writing numbers."""
    return session.scalar(_REGION, {"user": user}) or "VN"


def names(session: Session, agents: Sequence[str]) -> dict[str, str]:
    """Agent id → name, in the order of the names."""
    rows = session.execute(
        select(models.User.id, models.User.name)
        .where(models.User.id.in_(list(agents)))
        .order_by(models.User.name)
    )
    return {id: name for id, name in rows}
