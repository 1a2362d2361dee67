"""A day of one agent in the time zone of the organisation: its bounds, and the availability."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table, and_, bindparam, func, insert, or_, select
from sqlalchemy.orm import Session

from ..domain.day_timeline import Change
from . import models
from .ids import new_id

_CHANGE, _USER = (
    cast(Table, model.__table__) for model in (models.AvailabilityChange, models.User)
)
_ADD = insert(_CHANGE)
_MOST = 2_000  # changes of one day: more than people make


def keep_change(
    session: Session, organisation: str, status: models.AgentStatus, by: str | None
) -> None:
    """Keeps the availability that the agent has from now on. `by`: the supervisor who set it."""
    session.execute(
        _ADD,
        {
            "id": new_id(),
            "organisation_id": organisation,
            "agent_id": status.agent_id,
            "at": status.since,
            "availability": str(status.availability),
            "reason": status.reason,
            "author_id": by,
        },
    )


class Day(NamedTuple):
    """`since` to `until` in ms; `date` and `zone` as people write them."""

    date: str
    zone: str
    since: int
    until: int
    before: str
    after: str


def day_of(zone: str, now: int, asked: str) -> Day:
    """The asked day, such as 2026-01-31, else today. Raises ValueError where it is no day."""
    here = ZoneInfo(zone)
    if asked and len(asked) != len("2026-01-31"):
        raise ValueError(asked)
    day = date.fromisoformat(asked) if asked else datetime.fromtimestamp(now / 1000, here).date()
    try:
        before, after = day - timedelta(days=1), day + timedelta(days=1)
        since, until = (_start(one, here) for one in (day, after))
    except OverflowError as error:
        raise ValueError(asked) from error
    return Day(day.isoformat(), zone, since, until, before.isoformat(), after.isoformat())


def _start(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)


_BEFORE = (
    select(func.max(_CHANGE.c.at))
    .where(_CHANGE.c.agent_id == bindparam("agent"), _CHANGE.c.at <= bindparam("since"))
    .scalar_subquery()
)
_CHANGES = (
    select(_CHANGE.c.at, _CHANGE.c.availability, _CHANGE.c.reason, _USER.c.name)
    .outerjoin(_USER, _USER.c.id == _CHANGE.c.author_id)
    .where(
        _CHANGE.c.agent_id == bindparam("agent"),
        or_(
            and_(_CHANGE.c.at > bindparam("since"), _CHANGE.c.at < bindparam("until")),
            _CHANGE.c.at == _BEFORE,
        ),
    )
    .order_by(_CHANGE.c.at.desc(), _CHANGE.c.id.desc())
    .limit(_MOST)
)


def changes(session: Session, agent: str, day: Day) -> list[Change]:
    """The agent's changes of availability on that day, after the one that the day began with."""
    asked = {"agent": agent, "since": day.since, "until": day.until}
    newest_first = session.execute(_CHANGES, asked).all()
    return [
        Change(at, availability, reason, author or "")
        for at, availability, reason, author in reversed(newest_first)
    ]
