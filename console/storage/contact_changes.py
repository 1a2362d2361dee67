"""The audit trail of contacts: each change with its user and time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import cast

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from ..domain.numbers import shown
from . import models
from .ids import new_id

_CHANGE = cast(Table, models.ContactChange.__table__)
_USER = cast(Table, models.User.__table__)
_LONGEST = 200  # of what is kept of a longer field


class What(StrEnum):
    added = "added"
    name = "name"
    owner = "owner"
    number = "number"
    removed = "removed"  # a number
    company = "company"
    email = "email"
    tags = "tags"
    link = "link"
    note = "note"
    merged = "merged"


@dataclass(frozen=True, slots=True)
class Change:
    """`before` and `after` as people read them: names, and numbers in E.164."""

    contact: str
    what: What
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class ChangeView:
    """`who`: the name of the user; empty for an imported file."""

    what: str
    before: str
    after: str
    at: int
    who: str


def keep(
    session: Session, organisation: str, user: str | None, at: int, changes: Iterable[Change]
) -> None:
    """Stores changes of contacts. `user`: None for an imported file."""
    session.flush()  # the contacts' own rows come first
    rows = [
        {
            "id": new_id(),
            "organisation_id": organisation,
            "contact_id": change.contact,
            "user_id": user,
            "at": at,
            "what": change.what,
            "before": change.before[:_LONGEST],
            "after": change.after[:_LONGEST],
        }
        for change in changes
    ]
    if rows:
        session.execute(insert(_CHANGE), rows)


def last(
    session: Session, organisation: str, contacts: Collection[str], most: int
) -> dict[str, list[ChangeView]]:
    """Contact → its last changes, newest first."""
    return {contact: _last(session, organisation, contact, most) for contact in contacts}


def _last(session: Session, organisation: str, contact: str, most: int) -> list[ChangeView]:
    query = (
        select(_CHANGE.c.what, _CHANGE.c.before, _CHANGE.c.after, _CHANGE.c.at, _USER.c.name)
        .outerjoin_from(_CHANGE, _USER, _USER.c.id == _CHANGE.c.user_id)
        .where(_CHANGE.c.organisation_id == organisation, _CHANGE.c.contact_id == contact)
        .order_by(_CHANGE.c.id.desc())
        .limit(most)
    )
    return [
        ChangeView(what, before, after, at, who or "")
        for what, before, after, at, who in session.execute(query)
    ]


def move(session: Session, contact: str, into: str) -> None:
    """The changes of a contact become those of the one that it was merged into."""
    session.execute(update(_CHANGE).where(_CHANGE.c.contact_id == contact).values(contact_id=into))


def remove(session: Session, contact: str) -> None:
    session.execute(delete(_CHANGE).where(_CHANGE.c.contact_id == contact))


def readable(changes: Iterable[ChangeView], region: str) -> list[ChangeView]:
    """The changes with their numbers as people read them."""
    return [
        replace(each, before=shown(each.before, region), after=shown(each.after, region))
        if each.what in (What.number, What.removed)
        else each
        for each in changes
    ]
