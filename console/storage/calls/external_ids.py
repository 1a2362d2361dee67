"""External ids of calls: the ids of a phone, a provider or a PBX."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ...domain.call import Call
from ...domain.events import CallEvent
from .. import models
from ..call_mapper import ROW, TABLE, call_of

# The statements of an event are built once, because building one costs more than running it.
_IDS = cast(Table, models.ExternalId.__table__)
_BIND: dict[str, Any] = {
    "sqlite": sqlite.insert(_IDS).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_IDS).on_conflict_do_nothing(),
}
_OF_REPORTER = (
    select(_IDS.c.kind, _IDS.c.value, *ROW)
    .join_from(_IDS, TABLE, TABLE.c.id == _IDS.c.call_id)
    .where(_IDS.c.connection_id == bindparam("connection"), _IDS.c.agent_id == bindparam("agent"))
)
_WITH_ID = _OF_REPORTER.where(_IDS.c.kind == bindparam("kind"), _IDS.c.value == bindparam("value"))
_WITH_IDS = _OF_REPORTER.where(
    # First in the key: without it every id of the connection is read.
    _IDS.c.kind.in_(bindparam("kinds", expanding=True)),
    _IDS.c.value.in_(bindparam("values", expanding=True)),
)
Id = tuple[str, str]  # kind and value


def _ids(event: CallEvent) -> list[Id]:
    return [(event.source, event.call), *event.external] if event.call else list(event.external)


def _kinds_and_values(ids: Sequence[Id]) -> dict[str, list[str]]:
    return {"kinds": [kind for kind, _ in ids], "values": [value for _, value in ids]}


def by_external_id(session: Session, event: CallEvent) -> dict[Id, Call]:
    """The agent's calls with one of the event's ids; the call with the reporter's own id first."""
    ids = _ids(event)
    if not ids:
        return {}
    reporter = {"connection": event.connection, "agent": event.agent}
    if len(ids) == 1:
        rows = session.execute(_WITH_ID, {**reporter, "kind": ids[0][0], "value": ids[0][1]})
    else:
        rows = session.execute(_WITH_IDS, {**reporter, **_kinds_and_values(ids)})
    found = {(row[0], row[1]): row for row in rows}
    return {id: call_of(found[id], 2) for id in ids if id in found}


def bind(session: Session, event: CallEvent, call: Call, known: Collection[Id] = ()) -> None:
    """Stores the event's ids for this call, except those `known`.

    An id that belongs to another call stays with that call.
    """
    facts = {"connection_id": event.connection, "agent_id": event.agent, "call_id": call.id}
    fresh = [
        {**facts, "kind": kind, "value": value}
        for kind, value in dict.fromkeys(_ids(event))
        if (kind, value) not in known
    ]
    if fresh:
        session.execute(_BIND[session.get_bind().dialect.name], fresh)


_SHARING = (
    select(_IDS.c.kind, _IDS.c.value, *ROW)
    .join_from(_IDS, TABLE, TABLE.c.id == _IDS.c.call_id)
    .where(
        _IDS.c.connection_id == bindparam("connection"),
        _IDS.c.agent_id != bindparam("agent"),
        _IDS.c.kind.in_(bindparam("kinds", expanding=True)),
        _IDS.c.value.in_(bindparam("values", expanding=True)),
    )
    .order_by(TABLE.c.id)
)


def sharing_external_id(session: Session, event: CallEvent) -> Call | None:
    """Another agent's call under the same id of the exchange: the other side of one
    conversation.
    """
    if not event.external:
        return None
    rows = session.execute(
        _SHARING,
        {"connection": event.connection, "agent": event.agent, **_kinds_and_values(event.external)},
    )
    return next((call_of(row, 2) for row in rows if (row[0], row[1]) in event.external), None)
