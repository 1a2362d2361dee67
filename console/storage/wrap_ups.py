"""Wrap-up after a call: its duration, the call that it follows, and the agents whose is over.

The duration is the team's, or else the organisation's; an agent may add the same time again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, case, func, select
from sqlalchemy.orm import Session

from ..domain.call import Call
from ..domain.enums import Availability
from . import models
from .call_mapper import ROW, TABLE, call_of
from .statements import OneOrMany

_USER, _STATUS, _TEAM, _ORGANISATION = (
    cast(Table, model.__table__)
    for model in (models.User, models.AgentStatus, models.Team, models.Organisation)
)
_SECONDS = func.coalesce(_TEAM.c.wrap_up_seconds, _ORGANISATION.c.wrap_up_seconds)
_OF_USERS = (
    _USER.join(_ORGANISATION, _ORGANISATION.c.id == _USER.c.organisation_id)
    .outerjoin(_TEAM, _TEAM.c.id == _USER.c.team_id)
    .join(_STATUS, _STATUS.c.agent_id == _USER.c.id)
)
_BEGINS = (
    select(_SECONDS, _STATUS.c.availability)
    .select_from(_OF_USERS)
    .where(_USER.c.id == bindparam("agent"))
)
# A call that ends during wrap-up restarts it.
_BEFORE = frozenset({Availability.available, Availability.wrap_up})


def follows_a_call(session: Session, agent: str) -> bool:
    session.flush()
    row = session.execute(_BEGINS, {"agent": agent}).one_or_none()
    return row is not None and row[0] > 0 and row[1] in _BEFORE


LONGEST = 600  # seconds in all that an agent can make a wrap-up last
# Switched off meanwhile: it is over.
_length = case((_SECONDS > 0, _SECONDS + _STATUS.c.wrap_up_extra), else_=0)
_ends_at = _STATUS.c.since + _length * 1000
_CURRENT = OneOrMany(
    lambda among: (
        select(_USER.c.id, _ends_at, _SECONDS, _length, *ROW)
        .select_from(_OF_USERS.outerjoin(TABLE, TABLE.c.id == _STATUS.c.wrap_up_call))
        .where(among(_USER.c.id), _STATUS.c.availability == Availability.wrap_up)
    )
)


class WrapUp(NamedTuple):
    """An agent's wrap-up. `more`: seconds by which it can be made longer."""

    agent: str
    until: int
    more: int
    call: Call | None


def of_agents(session: Session, agents: Sequence[str]) -> list[WrapUp]:
    """The wrap-ups of those agents who are in one."""
    session.flush()
    rows: Sequence[Any] = _CURRENT.ask(session, agents)
    return [
        WrapUp(
            row[0],
            row[1],
            max(0, min(row[2], LONGEST - row[3])),
            call_of(row, 4) if row[4] else None,
        )
        for row in rows
    ]


_OVER = (
    select(_USER.c.organisation_id, _USER.c.id)
    .select_from(_OF_USERS)
    .where(_STATUS.c.availability == Availability.wrap_up, _ends_at <= bindparam("now"))
)


def expired(session: Session, now: int) -> list[tuple[str, str]]:
    """(organisation, agent) of each agent whose wrap-up is over or was switched off."""
    return [(organisation, agent) for organisation, agent in session.execute(_OVER, {"now": now})]
