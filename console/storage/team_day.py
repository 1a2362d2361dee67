"""The calls of teams on one day, by half hours, for the supervisors' plots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Session

from ..domain.enums import Availability, Direction
from . import models
from .calls.calls_today import day_of
from .time_zones import zone_of

HALF_HOUR = 30 * 60_000
SOON = 20_000  # ms of ringing: an answer within them is in time

_CALL, _USER, _CHANGE = (
    cast(Table, model.__table__) for model in (models.Call, models.User, models.AvailabilityChange)
)


class HalfHour(NamedTuple):
    """`at`: its beginning. Customers' calls that are over: those that came in, each once however
    many agents it rang at, and the talk of all, with holds; and the wrap-ups that are over. Times
    in ms.
    """

    at: int
    calls: int
    answered: int
    soon: int  # answered within SOON
    talks: int
    talk: int
    wrap_up: int

    @property
    def handling(self) -> int:
        return self.talk + self.wrap_up

    @property
    def missed(self) -> int:
        return self.calls - self.answered


class TeamDay(NamedTuple):
    """From `start`, the beginning of the day, until now."""

    start: int
    now: int
    half_hours: list[HalfHour]  # those with calls or wrap-up


_AGENTS = select(_USER.c.id).where(_USER.c.team_id.in_(bindparam("teams", expanding=True)))
_OF_TEAMS = and_(
    _CALL.c.organisation_id == bindparam("organisation"),
    _CALL.c.started_at >= bindparam("day"),
    _CALL.c.direction != Direction.internal,
    _CALL.c.agent_id.in_(_AGENTS),
)
_IN = case((and_(_CALL.c.direction == Direction.inbound, ~_CALL.c.outgoing), 1), else_=0)
_TALK = _CALL.c.ended_at - _CALL.c.answered_at  # NULL, unless it was answered
# A conversation may ring at many agents, and one of them takes it.
_CONVERSATIONS = (
    select(
        func.min(_CALL.c.started_at).label("started"),
        func.min(_CALL.c.answered_at).label("answered"),
        func.max(_IN).label("came_in"),
        func.count(_TALK).label("talks"),
        func.coalesce(func.sum(_TALK), 0).label("talk"),
    )
    .where(_OF_TEAMS)
    .group_by(_CALL.c.conversation_id)
    .having(func.count() == func.count(_CALL.c.ended_at))
    .subquery()
)
_C = _CONVERSATIONS.c


def _slot(at: ColumnElement[int]) -> ColumnElement[int]:
    return (at - bindparam("day", type_=BigInteger)) // literal(HALF_HOUR, Integer)


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((and_(*conditions), 1)))


_CAME_IN = _C.came_in == 1
_BY_HALF_HOUR = select(
    _slot(_C.started).label("slot"),
    _count(_CAME_IN),
    _count(_CAME_IN, _C.answered.is_not(None)),
    _count(_CAME_IN, _C.answered - _C.started <= SOON),
    func.sum(_C.talks),
    func.sum(_C.talk),
).group_by("slot")
_CHANGES = (
    select(
        _CHANGE.c.at,
        _CHANGE.c.availability,
        func.lead(_CHANGE.c.at)
        .over(partition_by=_CHANGE.c.agent_id, order_by=(_CHANGE.c.at, _CHANGE.c.id))
        .label("until"),
    )
    .where(
        _CHANGE.c.organisation_id == bindparam("organisation"),
        _CHANGE.c.at >= bindparam("day"),
        _CHANGE.c.agent_id.in_(_AGENTS),
    )
    .subquery()
)
_WRAP_UPS = (
    select(_slot(_CHANGES.c.at).label("slot"), func.sum(_CHANGES.c.until - _CHANGES.c.at))
    .where(_CHANGES.c.availability == Availability.wrap_up, _CHANGES.c.until.is_not(None))
    .group_by("slot")
)
_NO_CALLS = (0,) * 5


def of_teams(session: Session, organisation: str, teams: Sequence[str], now: int) -> TeamDay:
    day = day_of(now, zone_of(session, organisation))
    asked = {"organisation": organisation, "teams": list(teams), "day": day}
    calls = {slot: tuple(map(int, rest)) for slot, *rest in session.execute(_BY_HALF_HOUR, asked)}
    wrap_ups = {slot: int(ms) for slot, ms in session.execute(_WRAP_UPS, asked)}
    return TeamDay(
        day,
        now,
        [
            HalfHour._make(
                (day + slot * HALF_HOUR, *calls.get(slot, _NO_CALLS), wrap_ups.get(slot, 0))
            )
            for slot in sorted({*calls, *wrap_ups})
        ],
    )
