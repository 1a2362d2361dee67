"""What an agent has done today."""

from __future__ import annotations

from typing import TypedDict, cast

from sqlalchemy import Table, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from ..domain.enums import Direction
from ..domain.storable import LARGEST
from . import models
from .calls.calls_today import day_of

_CALL, _USER, _ORGANISATION = (
    cast(Table, model.__table__) for model in (models.Call, models.User, models.Organisation)
)


class DayNumbers(TypedDict):
    """The calls of a day in the organisation's time zone that are over; times in ms.

    Calls between colleagues count as talk time only.
    """

    taken: int
    missed: int
    made: int
    talk: int
    average: int  # the average length of an answered call; 0: there is none


_TALK = _CALL.c.ended_at - _CALL.c.answered_at  # NULL, unless it was answered
_OUTSIDE = _CALL.c.direction != Direction.internal
_ZONE = (
    select(_ORGANISATION.c.timezone)
    .join_from(_USER, _ORGANISATION, _ORGANISATION.c.id == _USER.c.organisation_id)
    .where(_USER.c.id == bindparam("agent"))
)
_NUMBERS = select(
    func.count(case((and_(_OUTSIDE, ~_CALL.c.outgoing, _CALL.c.answered_at.is_not(None)), 1))),
    func.count(case((and_(_OUTSIDE, _CALL.c.missed), 1))),
    func.count(case((and_(_OUTSIDE, _CALL.c.outgoing), 1))),
    func.coalesce(func.sum(_TALK), 0),
    func.coalesce(func.avg(_TALK), 0),
).where(
    _CALL.c.agent_id == bindparam("agent"),
    _CALL.c.started_at.between(bindparam("day"), bindparam("last")),
    _CALL.c.ended_at.is_not(None),
)


def of_agent(session: Session, agent: str, now: int) -> DayNumbers:
    timezone = session.execute(_ZONE, {"agent": agent}).scalar_one()
    return between(session, agent, day_of(now, timezone), LARGEST)


def between(session: Session, agent: str, first: int, last: int) -> DayNumbers:
    """The numbers of the calls that began between two moments."""
    asked = {"agent": agent, "day": first, "last": last}
    taken, missed, made, talk, average = session.execute(_NUMBERS, asked).one()
    return DayNumbers(taken=taken, missed=missed, made=made, talk=int(talk), average=int(average))
