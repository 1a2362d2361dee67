"""The number of a customer's calls on one day of the organisation's time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, distinct, func, select
from sqlalchemy.orm import Session

from ...domain.enums import Direction
from ..call_mapper import TABLE
from ..time_zones import zone_of

# ms. Time zones differ from UTC by whole quarters of an hour, so a day begins with one.
_QUARTER = 15 * 60_000


def day_of(at: int, timezone: str) -> int:
    """The start of the day of this moment in that time zone, in ms."""
    return _day_of(at // _QUARTER, timezone)


@lru_cache(maxsize=256)
def _day_of(quarter: int, timezone: str) -> int:
    local = datetime.fromtimestamp(quarter * _QUARTER / 1000, UTC).astimezone(ZoneInfo(timezone))
    return int(local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)


_EARLIER_TODAY = select(func.count(distinct(TABLE.c.conversation_id))).where(
    TABLE.c.organisation_id == bindparam("organisation"),
    TABLE.c.number == bindparam("number"),
    TABLE.c.started_at.between(bindparam("day"), bindparam("at")),
    TABLE.c.direction == Direction.inbound,
    TABLE.c.conversation_id != bindparam("conversation"),
)


def count_calls_today(
    session: Session, organisation: str, number: str, conversation: str, at: int
) -> int:
    """The rank of this conversation among the day's from this number; 1: the first."""
    if not number:
        return 1
    asked = {
        "organisation": organisation,
        "number": number,
        "conversation": conversation,
        "day": day_of(at, zone_of(session, organisation)),
        "at": at,
    }
    return 1 + (session.scalar(_EARLIER_TODAY, asked) or 0)
