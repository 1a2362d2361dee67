"""The audit trail of contacts: each change with its user and time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from . import models
from .ids import new_id

_CHANGE = cast(Table, models.ContactChange.__table__)
_USER = cast(Table, models.User.__table__)


class What(StrEnum):
    added = "added"
    name = "name"
    owner = "owner"
    number = "number"


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
            "before": change.before,
            "after": change.after,
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
