"""The history of calls: searched by an agent, or read by a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from ...domain.call import Call
from ...domain.contacts import search_key
from ...domain.enums import CallState, Cause, Direction
from ...domain.history_filter import NO_OUTCOME, HistoryFilter, Result
from .. import models
from ..call_mapper import ROW, TABLE
from .rows import calls_of

Cursor = tuple[int, str]  # the start and the id of the last call that was read


def history(
    session: Session,
    organisation: str,
    agents: Sequence[str],
    chosen: HistoryFilter,
    *,
    before: Cursor | None = None,
    limit: int = 50,
) -> list[Call]:
    """Calls of these agents that pass the filter, newest first."""
    column = TABLE.c
    query = select(*ROW).where(_of_agents(organisation, agents), *_conditions(chosen))
    if before:
        query = query.where(_after(before))
    return calls_of(
        session, query.order_by(column.started_at.desc(), column.id.desc()).limit(limit)
    )


def _after(before: Cursor) -> ColumnElement[bool]:
    at, id = before
    return and_(
        TABLE.c.started_at <= at,  # the index's range
        or_(TABLE.c.started_at < at, TABLE.c.id < id),
    )


def _of_agents(organisation: str, agents: Sequence[str]) -> ColumnElement[bool]:
    """One agent's calls are indexed in order; those of several agents are read in the order of the
    organisation's index, because sorting all of them for each page costs more.
    """
    if len(agents) == 1:
        return TABLE.c.agent_id == agents[0]
    one_of = func.coalesce(TABLE.c.agent_id, "").in_(list(agents))
    return and_(TABLE.c.organisation_id == organisation, one_of)


def _conditions(chosen: HistoryFilter) -> list[ColumnElement[bool]]:
    """A condition for each field of the filter that is set."""
    values = {field.name: getattr(chosen, field.name) for field in fields(chosen)}
    return [_CONDITIONS[name](value) for name, value in values.items() if value not in ("", None)]


def _has_text(text: str) -> ColumnElement[bool]:
    """Part of the number, of the name, of the note, or of the name of a contact."""
    like = f"%{text.replace('%', '').replace('_', '')}%"
    return or_(
        TABLE.c.number.like(like),
        TABLE.c.name.ilike(like),
        TABLE.c.note.ilike(like),
        _with_contact(text),
    )


_CALLBACK = models.Callback
_UNANSWERED = and_(TABLE.c.answered_at.is_(None), TABLE.c.state == CallState.ended)
_RESULTS: Mapping[Result, ColumnElement[bool]] = {
    Result.answered: TABLE.c.answered_at.is_not(None),
    Result.missed: TABLE.c.missed.is_(True),
    Result.failed: and_(_UNANSWERED, TABLE.c.outgoing),
    Result.waiting: and_(
        _UNANSWERED,
        TABLE.c.direction == Direction.inbound,
        exists().where(
            _CALLBACK.organisation_id == TABLE.c.organisation_id,
            _CALLBACK.number == TABLE.c.number,
            _CALLBACK.waiting,
            _CALLBACK.since <= TABLE.c.started_at,
        ),
    ),
}
_CONDITIONS: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "text": _has_text,
    "since": lambda at: TABLE.c.started_at >= at,
    "until": lambda at: TABLE.c.started_at < at,
    "direction": lambda direction: TABLE.c.direction == direction,
    "result": _RESULTS.__getitem__,
    "agent": lambda agent: TABLE.c.agent_id == agent,
    "outcome": lambda outcome: (
        and_(TABLE.c.outcome_id.is_(None), TABLE.c.state == CallState.ended)
        if outcome == NO_OUTCOME
        else TABLE.c.outcome_id == outcome
    ),
}


def _with_contact(text: str) -> ColumnElement[bool]:
    """Calls with a number of a contact of this name, with or without diacritics."""
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
        TABLE.c.organisation_id == bindparam("organisation"),
        TABLE.c.number == bindparam("number"),
        TABLE.c.state == CallState.ended,
        func.coalesce(TABLE.c.cause, "") != Cause.answered_elsewhere,
    )
    .order_by(TABLE.c.started_at.desc(), TABLE.c.id.desc())
    .limit(bindparam("most"))
)


def with_numbers(
    session: Session,
    organisation: str,
    numbers: Sequence[str],
    *,
    before: Cursor | None = None,
    limit: int,
) -> list[Call]:
    """As `with_number`, for several numbers and page by page."""
    column = TABLE.c
    query = select(*ROW).where(
        column.organisation_id == organisation,
        column.number.in_(numbers),
        column.state == CallState.ended,
        func.coalesce(column.cause, "") != Cause.answered_elsewhere,
    )
    if before:
        query = query.where(_after(before))
    return calls_of(
        session, query.order_by(column.started_at.desc(), column.id.desc()).limit(limit)
    )


def with_number(session: Session, organisation: str, number: str, most: int) -> list[Call]:
    """The organisation's last ended calls with this number, newest first.

    Calls of a ring group that were answered elsewhere are left out.
    """
    return calls_of(session, _WITH_NUMBER, organisation=organisation, number=number, most=most)
