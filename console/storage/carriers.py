"""The carriers of calls, which are clients with their audio, and their silence."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from sqlalchemy import Table, and_, bindparam, literal_column, select
from sqlalchemy.orm import Session

from ..domain.call import Call
from ..domain.enums import CallState
from ..domain.events import PHONE
from . import models
from .call_mapper import ROW, TABLE, call_of
from .calls import OPEN_STATES
from .clock import Clock

_IDS = cast(Table, models.ExternalId.__table__)
_LINES = cast(Table, models.Line.__table__)
_CLIENTS = cast(Table, models.Client.__table__)
_CARRIES = and_(_CLIENTS.c.agent_id == TABLE.c.agent_id, _CLIENTS.c.id == TABLE.c.carrier)
_OPEN = (
    select(_CLIENTS.c.heard_at, *ROW)
    .select_from(TABLE)
    .outerjoin(_CLIENTS, _CARRIES)
    .where(
        TABLE.c.organisation_id.in_(select(models.Organisation.id)),
        TABLE.c.state.in_(OPEN_STATES),
        TABLE.c.carrier.is_not(None),
    )
)


def open_calls(session: Session) -> list[tuple[Call, int]]:
    """All open calls with a carrier, each with the time of the carrier's last sign of life."""
    calls = [(call_of(row, 1), row[0]) for row in session.execute(_OPEN)]
    return [(call, call.last_seen_at if heard_at is None else heard_at) for call, heard_at in calls]


def silence(session: Session, clock: Clock, call: Call) -> int:
    """Milliseconds since the carrier was heard; 0 during the grace for carriers to come back."""
    now = clock.read(session)
    if call.state is CallState.ended or not call.carrier or now < clock.grace_until:
        return 0
    client = session.get(models.Client, (call.agent, call.carrier), populate_existing=True)
    return now - (client.heard_at if client else call.last_seen_at)


_LINES_OF_AGENT = select(_LINES.c.connection_id).where(_LINES.c.agent_id == bindparam("agent"))
_NAMED = (
    select(_CLIENTS.c.worker, *ROW)
    .join_from(_IDS, TABLE, TABLE.c.id == _IDS.c.call_id)
    .outerjoin(_CLIENTS, _CARRIES)
    .where(
        _IDS.c.connection_id.in_(_LINES_OF_AGENT),  # first in the key
        _IDS.c.kind == literal_column(f"'{PHONE}'"),
        _IDS.c.value.in_(bindparam("keys", expanding=True)),
        _IDS.c.agent_id == bindparam("agent"),
        TABLE.c.client_call_id == _IDS.c.value,
        TABLE.c.carrier.is_not(None),
    )
)


def named(session: Session, agent: str, keys: Collection[str]) -> list[tuple[Call, bool]]:
    """The agent's calls with these client_call_ids, and whether their carrier is connected."""
    rows = session.execute(_NAMED, {"agent": agent, "keys": list(keys)})
    return [(call_of(row, 1), bool(row[0])) for row in rows]
