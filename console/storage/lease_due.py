"""The leases for which a tick may have something to do."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, and_, bindparam, not_, or_, select
from sqlalchemy.orm import Session

from ..domain.lease_model import LeaseTimings
from ..domain.vocabulary import NO_MICROPHONE
from .client_store import LIVING
from .lease_context import SIGNED_IN
from .models import Client, Lease, User

# Built once: it runs twice a second, and each result costs a transaction. A lease that only waits
# for its holder is no result.
_CLIENT, _LEASE, _USER = (cast(Table, model.__table__) for model in (Client, Lease, User))
_STANDS_BY = select(_CLIENT.c.id).where(
    _CLIENT.c.agent_id == _LEASE.c.agent_id,
    LIVING,
    _CLIENT.c.view != "wall",
    _CLIENT.c.heard_at > bindparam("suspect"),
    *(_CLIENT.c.microphone != state for state in NO_MICROPHONE),
    SIGNED_IN,
)
_ANOTHER = _CLIENT.c.id != _LEASE.c.holder
_HEARD_SINCE_GRANT = or_(_ANOTHER, _CLIENT.c.heard_at >= _LEASE.c.since)
_WANTED = or_(
    and_(_LEASE.c.holder.is_(None), _STANDS_BY.exists()),
    and_(
        not_(_LEASE.c.confirmed),
        _LEASE.c.since <= bindparam("confirm"),
        _STANDS_BY.where(_ANOTHER).exists(),
    ),
    and_(_LEASE.c.heard_at <= bindparam("expire"), _STANDS_BY.where(_HEARD_SINCE_GRANT).exists()),
)
_OVERDUE = or_(
    _LEASE.c.asked_at <= bindparam("takeover"), _LEASE.c.left_at <= bindparam("comeback")
)
_TIMES = (_LEASE.c.since, _LEASE.c.heard_at, _LEASE.c.left_at, _LEASE.c.asked_at)
_IN_FUTURE = or_(*(time > bindparam("now") for time in _TIMES))
_DUE = (
    select(_USER.c.organisation_id, _USER.c.id)
    .join(_LEASE, _LEASE.c.agent_id == _USER.c.id)
    .where(or_(_OVERDUE, _IN_FUTURE, _WANTED))
)
_NEVER = -1  # before each time


def due_leases(
    session: Session, now: int, grace_until: int, timings: LeaseTimings
) -> list[tuple[str, str]]:
    """(organisation, agent) of each lease that time may change."""
    limits = {
        "now": now,
        "suspect": now - timings.suspect,
        "confirm": now - timings.confirm,
        "takeover": now - timings.takeover,
        "comeback": now - timings.comeback,
        "expire": now - timings.expire if now >= grace_until else _NEVER,
    }
    return [(organisation, agent) for organisation, agent in session.execute(_DUE, limits)]
