"""The history of calls: searched by an agent, or read by a number."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import Session

from ...domain.call import Call
from ...domain.contacts import search_key
from ...domain.enums import CallState, Cause
from .. import models
from ..call_mapper import ROW, TABLE
from .rows import calls_of


def history(
    session: Session,
    agents: Sequence[str],
    *,
    text: str = "",
    missed: bool = False,
    before: tuple[int, str] | None = None,
    limit: int = 50,
) -> list[Call]:
    """Calls of these agents, newest first.

    `text`: part of the number, of the name, of the note, or of the name of a contact.
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
                _with_contact(text),
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
    return calls_of(
        session, query.order_by(column.started_at.desc(), column.id.desc()).limit(limit)
    )


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


def with_number(session: Session, organisation: str, number: str, most: int) -> list[Call]:
    """The organisation's last ended calls with this number, newest first.

    Calls of a ring group that were answered elsewhere are left out.
    """
    return calls_of(session, _WITH_NUMBER, organisation=organisation, number=number, most=most)
