"""Calls: written when they change, read by id, agent, conversation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from ...domain import vocabulary
from ...domain.call import Call
from ...domain.enums import CallState
from .. import models
from ..call_mapper import ROW, TABLE, call_of, row_of
from ..statements import OneOrMany
from ..whispers import newest_of_call

# The statements of an event are built once, because building one costs more than running it.
_USERS = cast(Table, models.User.__table__)
_CONNECTIONS = cast(Table, models.Connection.__table__)
_CLIENTS = cast(Table, models.Client.__table__)
_OUTCOMES = cast(Table, models.Outcome.__table__)
_WHISPERS = cast(Table, models.Whisper.__table__)
_AUTHORS = _USERS.alias()


def calls_of(session: Session, query: Select[Any], **values: Any) -> list[Call]:
    return [call_of(row) for row in session.execute(query, values)]


_CHANGE, _ADD = update(TABLE).where(TABLE.c.id == bindparam("of_call")), insert(TABLE)


def save(session: Session, call: Call, before: Call | None = None) -> None:
    """Writes a new call, or the changes since `before`."""
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
    return next(iter(calls_of(session, _BY_ID, call=call)), None)


_OF_CONVERSATION = select(*ROW).where(TABLE.c.conversation_id == bindparam("conversation"))


def of_conversation(session: Session, conversation: str) -> list[Call]:
    return calls_of(session, _OF_CONVERSATION, conversation=conversation)


# Literals: as parameters they would be put into the statement on each execution.
OPEN_STATES: list[ColumnElement[str]] = [
    literal_column(f"'{state}'") for state in vocabulary.OPEN_STATES
]
# The index of open calls begins with the organisation: without it, all calls of an agent are read.
_OPEN = OneOrMany(
    lambda among: (
        select(
            *(_CONNECTIONS.c.name, _CONNECTIONS.c.provider, _CLIENTS.c.heard_at),
            *(_OUTCOMES.c.name, _WHISPERS.c.text, _AUTHORS.c.name, *ROW),
        )
        .join_from(TABLE, _CONNECTIONS, _CONNECTIONS.c.id == TABLE.c.connection_id)
        .outerjoin(
            _CLIENTS,
            and_(_CLIENTS.c.agent_id == TABLE.c.agent_id, _CLIENTS.c.id == TABLE.c.carrier),
        )
        .outerjoin(_OUTCOMES, _OUTCOMES.c.id == TABLE.c.outcome_id)
        .outerjoin(_WHISPERS, _WHISPERS.c.id == newest_of_call())
        .outerjoin(_AUTHORS, _AUTHORS.c.id == _WHISPERS.c.author_id)
        .where(
            TABLE.c.organisation_id.in_(select(_USERS.c.organisation_id).where(among(_USERS.c.id))),
            among(TABLE.c.agent_id),
            TABLE.c.state.in_(OPEN_STATES),
        )
    )
)


class OpenCall(NamedTuple):
    """A call with its connection. `heard_at`: the last sign of life of its carrier; `outcome`: the
    name of its outcome; `whisper`: the last one to the agent, and who wrote it.
    """

    call: Call
    connection: str
    provider: str
    heard_at: int | None
    outcome: str | None
    whisper: str | None
    whisper_by: str | None


def open_with_connection(session: Session, agents: Collection[str]) -> list[OpenCall]:
    """Open calls, oldest first.

    Sorted here: for ORDER BY, SQLite would choose the index in that order over that of open calls.
    """
    rows = _OPEN.ask(session, agents)
    found = (OpenCall(call_of(row, 6), *row[:6]) for row in rows)
    return sorted(found, key=lambda one: (one.call.started_at, one.call.id))


def open_of_agents(session: Session, agents: Collection[str]) -> list[Call]:
    """Open calls without their connections, oldest first."""
    return [one.call for one in open_with_connection(session, agents)]


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
    """Calls of these agents on one connection that began `within` ms of `at`, oldest first."""
    rows = _AROUND.ask(session, agents, connection=connection, first=at - within, last=at + within)
    return [call_of(row) for row in rows]


_RECENT = (
    select(*ROW)
    .where(TABLE.c.agent_id == bindparam("agent"), TABLE.c.state == CallState.ended)
    .order_by(TABLE.c.started_at.desc(), TABLE.c.id.desc())
    .limit(bindparam("most"))
)


def ended_of_agent(session: Session, agent: str, most: int) -> list[Call]:
    """The agent's last ended calls, newest first."""
    return calls_of(session, _RECENT, agent=agent, most=most)


def of_agent(session: Session, agent: str, name: str) -> Call | None:
    """The agent's own call with this id or client_call_id."""
    query = (
        select(*ROW)
        .where(TABLE.c.agent_id == agent, or_(TABLE.c.id == name, TABLE.c.client_call_id == name))
        .limit(1)
    )
    return next(iter(calls_of(session, query)), None)
