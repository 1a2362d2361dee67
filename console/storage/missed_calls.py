"""Today's missed calls that wait for a call back, and today's number of calls from a number."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypedDict, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table, and_, bindparam, distinct, exists, func, or_, select
from sqlalchemy.orm import Session

from ..domain.call import Call
from ..domain.enums import Direction
from ..domain.numbers import shown
from . import models

_CALL, _USER, _ORGANISATION, _CONNECTION = (
    cast(Table, model.__table__)
    for model in (models.Call, models.User, models.Organisation, models.Connection)
)


class MissedCall(NamedTuple):
    """One agent's part in a conversation that nobody answered."""

    conversation: str
    team: str | None
    number: str
    name: str
    connection: str
    at: int


class MissedCallView(TypedDict):
    """A number that waits for a call back. `calls`: its unanswered conversations."""

    id: str
    number: str
    shown: str
    name: str
    connection: str
    at: int
    calls: int
    teams: list[str]


_DAY = 86_400_000  # ms
# ms. Time zones differ from UTC by whole quarters of an hour, so a day begins with one.
_QUARTER = 15 * 60_000


def day_of(at: int, timezone: str) -> int:
    """The start of the day of this moment in that time zone, in ms."""
    return _day_of(at // _QUARTER, timezone)


@lru_cache(maxsize=256)
def _day_of(quarter: int, timezone: str) -> int:
    local = datetime.fromtimestamp(quarter * _QUARTER / 1000, UTC).astimezone(ZoneInfo(timezone))
    return int(local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)


_ZONE = select(_ORGANISATION.c.timezone, _ORGANISATION.c.region).where(
    _ORGANISATION.c.id == bindparam("organisation")
)
_EARLIER_TODAY = select(func.count(distinct(_CALL.c.conversation_id))).where(
    _CALL.c.organisation_id == bindparam("organisation"),
    _CALL.c.number == bindparam("number"),
    _CALL.c.started_at.between(bindparam("day"), bindparam("at")),
    _CALL.c.direction == Direction.inbound,
    _CALL.c.conversation_id != bindparam("conversation"),
)


def count_calls_today(
    session: Session, organisation: str, number: str, conversation: str, at: int
) -> int:
    """The rank of this conversation among the day's from this number; 1: the first."""
    if not number:
        return 1
    timezone, _region = session.execute(_ZONE, {"organisation": organisation}).one()
    asked = {
        "organisation": organisation,
        "number": number,
        "conversation": conversation,
        "day": day_of(at, timezone),
        "at": at,
    }
    return 1 + (session.scalar(_EARLIER_TODAY, asked) or 0)


_LATER, _SAME = _CALL.alias("later"), _CALL.alias("same")
_WAITING_CALLS = (
    select(
        _CALL.c.conversation_id,
        _USER.c.team_id,
        _CALL.c.number,
        _CALL.c.name,
        _CONNECTION.c.name,
        _CALL.c.started_at,
    )
    .join_from(_CALL, _USER, _USER.c.id == _CALL.c.agent_id)
    .join(_CONNECTION, _CONNECTION.c.id == _CALL.c.connection_id)
    .where(
        _CALL.c.organisation_id == bindparam("organisation"),
        _CALL.c.missed,
        _CALL.c.started_at >= bindparam("day"),
        _CALL.c.direction == Direction.inbound,
        ~exists().where(
            _SAME.c.conversation_id == _CALL.c.conversation_id, _SAME.c.answered_at.is_not(None)
        ),
        ~exists().where(
            and_(
                _LATER.c.organisation_id == _CALL.c.organisation_id,
                _LATER.c.number == _CALL.c.number,
                _LATER.c.number != "",
                _LATER.c.started_at > _CALL.c.started_at,
                or_(_LATER.c.outgoing, _LATER.c.answered_at.is_not(None)),
            )
        ),
    )
    .order_by(_CALL.c.started_at.desc(), _CALL.c.id.desc())
)


_OF_AGENT = _WAITING_CALLS.where(_CALL.c.agent_id == bindparam("agent"))
_ORGANISATION_OF_AGENT = select(_USER.c.organisation_id).where(_USER.c.id == bindparam("agent"))


def of_agent(session: Session, agent: str, now: int) -> list[MissedCallView]:
    """The agent's own part of the list. A call back by any agent removes a number from it."""
    organisation = session.scalar(_ORGANISATION_OF_AGENT, {"agent": agent})
    timezone, region = session.execute(_ZONE, {"organisation": organisation}).one()
    asked = {"organisation": organisation, "agent": agent, "day": day_of(now, timezone)}
    rows: Any = session.execute(_OF_AGENT, asked)
    return _entries([MissedCall(*row) for row in rows], region)


_AGENTS_WHO_MISSED = (
    select(_CALL.c.agent_id)
    .distinct()
    .where(
        _CALL.c.organisation_id == bindparam("organisation"),
        _CALL.c.missed,
        _CALL.c.started_at >= bindparam("day"),
        or_(
            _CALL.c.conversation_id == bindparam("conversation"),
            and_(_CALL.c.number == bindparam("number"), _CALL.c.number != ""),
        ),
    )
)


def agents_who_missed(session: Session, call: Call) -> list[str]:
    """The agents whose list may become shorter, because this caller was reached."""
    asked = {
        "organisation": call.organisation,
        "conversation": call.conversation,
        "number": call.number,
        "day": call.started_at - _DAY,  # covers the present day of any time zone
    }
    return list(session.scalars(_AGENTS_WHO_MISSED, asked))


class MissedCalls(NamedTuple):
    """The missed calls of an organisation; `of_teams` selects those that a person may see."""

    region: str
    missed: list[MissedCall]


def of_organisation(session: Session, organisation: str, now: int) -> MissedCalls:
    timezone, region = session.execute(_ZONE, {"organisation": organisation}).one()
    rows: Any = session.execute(
        _WAITING_CALLS, {"organisation": organisation, "day": day_of(now, timezone)}
    )
    return MissedCalls(region, [MissedCall(*row) for row in rows])


def of_teams(calls: MissedCalls, teams: Collection[str]) -> list[MissedCallView]:
    """The missed calls of these teams: one entry per number, the newest first."""
    return _entries(
        [missed for missed in calls.missed if missed.team is not None and missed.team in teams],
        calls.region,
    )


def _entries(found: Iterable[MissedCall], region: str) -> list[MissedCallView]:
    entries: dict[tuple[str, str], MissedCallView] = {}
    counted: dict[tuple[str, str], set[str]] = {}
    for missed in found:
        # A withheld number is another caller each time.
        key = (missed.number, "" if missed.number else missed.conversation)
        entry = entries.setdefault(key, _entry(missed, region))
        entry["teams"] = sorted({*entry["teams"], *filter(None, [missed.team])})
        entry["name"] = entry["name"] or missed.name
        conversations = counted.setdefault(key, set())
        conversations.add(missed.conversation)
        entry["calls"] = len(conversations)
    return list(entries.values())


def _entry(missed: MissedCall, region: str) -> MissedCallView:
    return MissedCallView(
        id=missed.conversation,
        number=missed.number,
        shown=shown(missed.number, region),
        name=missed.name,
        connection=missed.connection,
        at=missed.at,
        calls=0,
        teams=[],
    )
