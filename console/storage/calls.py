"""Calls in the database: the rows of domain.call.Call, found by what others call them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    func,
    insert,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ..domain import vocabulary
from ..domain.call import Call
from ..domain.contacts import search_key
from ..domain.enums import CallState, Cause
from ..domain.events import CallEvent
from . import models
from .call_mapper import ROW, TABLE, call_of, row_of
from .statements import OneOrMany

# Statements that an event needs are built once, here, because building one costs more than running
# it.
_IDS = cast(Table, models.ExternalId.__table__)
_LINES = cast(Table, models.Line.__table__)
_USERS = cast(Table, models.User.__table__)
_CONNECTIONS = cast(Table, models.Connection.__table__)
_CLIENTS = cast(Table, models.Client.__table__)
_BIND: dict[str, Any] = {
    "sqlite": sqlite.insert(_IDS).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_IDS).on_conflict_do_nothing(),
}


def _calls(session: Session, query: Select[Any], **values: Any) -> list[Call]:
    return [call_of(row) for row in session.execute(query, values)]


_CHANGE, _ADD = update(TABLE).where(TABLE.c.id == bindparam("of_call")), insert(TABLE)


def save(session: Session, call: Call, before: Call | None = None) -> None:
    """Writes a new call, or what has changed since `before`."""
    facts = row_of(call)
    if before is None:
        session.execute(_ADD, facts)
        return
    known = row_of(before)
    changed = {column: fact for column, fact in facts.items() if fact != known[column]}
    if changed:
        session.execute(_CHANGE, {"of_call": call.id, **changed})


_BY_ID = select(*ROW).where(TABLE.c.id == bindparam("call"))


def get(session: Session, call: str) -> Call | None:
    return next(iter(_calls(session, _BY_ID, call=call)), None)


_OF_REPORTER = (
    select(_IDS.c.kind, _IDS.c.value, *ROW)
    .join_from(_IDS, TABLE, TABLE.c.id == _IDS.c.call_id)
    .where(_IDS.c.connection_id == bindparam("connection"), _IDS.c.agent_id == bindparam("agent"))
)
_NAMED_ONCE = _OF_REPORTER.where(
    _IDS.c.kind == bindparam("kind"), _IDS.c.value == bindparam("value")
)
_NAMED = _OF_REPORTER.where(
    _IDS.c.kind.in_(
        bindparam("kinds", expanding=True)
    ),  # first in the key: without it every id of the connection is looked at
    _IDS.c.value.in_(bindparam("values", expanding=True)),
)
Name = tuple[str, str]  # kind and value of an id


def _names(event: CallEvent) -> list[Name]:
    return [(event.source, event.call), *event.external] if event.call else list(event.external)


def _kinds_and_values(names: Sequence[Name]) -> dict[str, list[str]]:
    return {"kinds": [kind for kind, _ in names], "values": [value for _, value in names]}


def by_external_id(session: Session, event: CallEvent) -> dict[Name, Call]:
    """The calls that this agent's reporter, or anybody before, has named with one of the event's
    ids, the reporter's own first.
    """
    names = _names(event)
    if not names:
        return {}
    reporter = {"connection": event.connection, "agent": event.agent}
    if len(names) == 1:
        rows = session.execute(_NAMED_ONCE, {**reporter, "kind": names[0][0], "value": names[0][1]})
    else:
        rows = session.execute(_NAMED, {**reporter, **_kinds_and_values(names)})
    found = {(row[0], row[1]): row for row in rows}
    return {name: call_of(found[name], 2) for name in names if name in found}


def bind(session: Session, event: CallEvent, call: Call, known: Collection[Name] = ()) -> None:
    """Remembers the event's ids as names of this call, but those `known`.

    A name that is taken stays with its first owner.
    """
    facts = {"connection_id": event.connection, "agent_id": event.agent, "call_id": call.id}
    fresh = [
        {**facts, "kind": kind, "value": value}
        for kind, value in dict.fromkeys(_names(event))
        if (kind, value) not in known
    ]
    if fresh:
        session.execute(_BIND[session.get_bind().dialect.name], fresh)


_OF_CONVERSATION = select(*ROW).where(TABLE.c.conversation_id == bindparam("conversation"))


def of_conversation(session: Session, conversation: str) -> list[Call]:
    return _calls(session, _OF_CONVERSATION, conversation=conversation)


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


_AROUND = OneOrMany(
    lambda among: (
        select(*ROW)
        .where(
            among(TABLE.c.agent_id),
            TABLE.c.connection_id == bindparam("connection"),
            TABLE.c.started_at.between(bindparam("first"), bindparam("last")),
        )
        .order_by(TABLE.c.started_at, TABLE.c.id)
    )
)


def around(
    session: Session, connection: str, agents: Sequence[str], at: int, within: int
) -> list[Call]:
    """Calls of these agents on one connection that began within so many ms of a moment, oldest
    first.
    """
    rows = _AROUND.ask(session, agents, connection=connection, first=at - within, last=at + within)
    return [call_of(row) for row in rows]


# Words of ours, written out: as parameters they would be put into the statement anew each time.
OPEN_STATES: list[ColumnElement[str]] = [
    literal_column(f"'{state}'") for state in vocabulary.OPEN_STATES
]
# Each names the organisation, because the index of open calls begins with it: else an agent's whole
# past is looked at.
_OPEN = OneOrMany(
    lambda among: (
        select(_CONNECTIONS.c.name, _CONNECTIONS.c.provider, _CLIENTS.c.heard_at, *ROW)
        .join_from(TABLE, _CONNECTIONS, _CONNECTIONS.c.id == TABLE.c.connection_id)
        .outerjoin(
            _CLIENTS,
            and_(_CLIENTS.c.agent_id == TABLE.c.agent_id, _CLIENTS.c.id == TABLE.c.carrier),
        )
        .where(
            TABLE.c.organisation_id.in_(select(_USERS.c.organisation_id).where(among(_USERS.c.id))),
            among(TABLE.c.agent_id),
            TABLE.c.state.in_(OPEN_STATES),
        )
    )
)


class OpenCall(NamedTuple):
    """With its connection's name and provider, and when the browser that holds its audio was last
    heard of.
    """

    call: Call
    connection: str
    provider: str
    heard_at: int | None


def open_with_connection(session: Session, agents: Collection[str]) -> list[OpenCall]:
    """Calls that are not over, oldest first.

    Sorted here: asked to sort, SQLite would take the index that is in this order, and not that of
    open calls.
    """
    rows = _OPEN.ask(session, agents)
    found = (OpenCall(call_of(row, 3), *row[:3]) for row in rows)
    return sorted(found, key=lambda one: (one.call.started_at, one.call.id))


def open_of_agents(session: Session, agents: Collection[str]) -> list[Call]:
    """The same without their connections."""
    return [one.call for one in open_with_connection(session, agents)]


_ON_CONNECTION = select(_LINES.c.agent_id, _LINES.c.extension).where(
    _LINES.c.connection_id == bindparam("connection")
)
_EXTENSIONS = union_all(  # "or" would look at all lines of the connection
    _ON_CONNECTION.where(_LINES.c.extension == bindparam("number")),
    _ON_CONNECTION.where(_LINES.c.agent_id == bindparam("agent")),
)


def extensions(session: Session, connection: str, agent: str, number: str) -> dict[str, str]:
    """agent id → extension on a connection: this agent's own, and the one that this number is."""
    rows = session.execute(
        _EXTENSIONS, {"connection": connection, "agent": agent, "number": number}
    )
    return {agent: extension for agent, extension in rows}


def history(
    session: Session,
    agents: Sequence[str],
    *,
    text: str = "",
    missed: bool = False,
    before: tuple[int, str] | None = None,
    limit: int = 50,
) -> list[Call]:
    """Calls of these agents, newest first;

    `text` is part of the number, the name or the note, or of the name of a contact.
    """
    column = TABLE.c
    query = select(*ROW).where(column.agent_id.in_(list(agents)))
    if text:
        like = f"%{text.replace('%', '').replace('_', '')}%"
        query = query.where(
            or_(
                column.number.like(like),
                column.name.ilike(like),
                column.note.ilike(like),
                _of_contact(text),
            )
        )
    if missed:
        query = query.where(column.missed)
    if before:
        query = query.where(
            or_(
                column.started_at < before[0],
                and_(column.started_at == before[0], column.id < before[1]),
            )
        )
    return _calls(session, query.order_by(column.started_at.desc(), column.id.desc()).limit(limit))


def _of_contact(text: str) -> ColumnElement[bool]:
    """With a number of somebody who is called so, with or without marks."""
    contact, number = models.Contact, models.ContactNumber
    like = f"%{search_key(text).replace('%', '').replace('_', '')}%"
    known = (
        select(number.organisation_id, number.number)
        .join(contact, contact.id == number.contact_id)
        .where(contact.search.like(like))
    )
    return tuple_(TABLE.c.organisation_id, TABLE.c.number).in_(known)


_WITH_NUMBER = (
    select(*ROW)
    .where(
        *(TABLE.c.organisation_id == bindparam("organisation"), TABLE.c.number == bindparam("number")),
        *(TABLE.c.state == CallState.ended, func.coalesce(TABLE.c.cause, "") != Cause.answered_elsewhere),
    )
    .order_by(TABLE.c.started_at.desc(), TABLE.c.id.desc())
    .limit(bindparam("most"))
)  # fmt: skip


def with_number(session: Session, organisation: str, number: str, most: int) -> list[Call]:
    """The last calls of anybody in the organisation with this number that are over, newest first; a
    ring group's other phones left out.
    """
    return _calls(session, _WITH_NUMBER, organisation=organisation, number=number, most=most)


_RECENT = (
    select(*ROW)
    .where(TABLE.c.agent_id == bindparam("agent"), TABLE.c.state == CallState.ended)
    .order_by(TABLE.c.started_at.desc(), TABLE.c.id.desc())
    .limit(bindparam("most"))
)


def ended_of_agent(session: Session, agent: str, most: int) -> list[Call]:
    """The agent's last calls that are over, newest first."""
    return _calls(session, _RECENT, agent=agent, most=most)


def of_agent(session: Session, agent: str, name: str) -> Call | None:
    """The agent's own call, named by its id or by its key."""
    query = (
        select(*ROW)
        .where(TABLE.c.agent_id == agent, or_(TABLE.c.id == name, TABLE.c.key == name))
        .limit(1)
    )
    return next(iter(_calls(session, query)), None)


def colleague(session: Session, connection: str, number: str) -> str:
    """The name of the agent whose extension this is, or nothing."""
    line, user = models.Line, models.User
    query = (
        select(user.name)
        .join(line, line.agent_id == user.id)
        .where(line.connection_id == connection, line.extension == number)
    )
    return session.scalar(query) or ""
