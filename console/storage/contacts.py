"""Contacts: found by number, changed, and their names on calls.

Every query names the organisation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from ..domain.contacts import label, names_nobody, search_key
from ..domain.enums import CallState
from . import models
from .ids import new_id

MANY = 1000  # values in one statement


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact for templates. `owner`: the name of the agent in charge, or an empty text."""

    id: str
    name: str
    owner_id: str | None
    owner: str
    numbers: tuple[str, ...]
    company: str = ""
    email: str = ""
    tags: tuple[str, ...] = ()
    link: str = ""
    note: str = ""


_CONTACT, _NUMBER, _USER, _CALL = (
    cast(Table, model.__table__)
    for model in (models.Contact, models.ContactNumber, models.User, models.Call)
)
# Built once: each new call executes it.
_NAMES = (
    select(_CONTACT.c.name)
    .join_from(_NUMBER, _CONTACT, _CONTACT.c.id == _NUMBER.c.contact_id)
    .where(
        _NUMBER.c.organisation_id == bindparam("organisation"),
        _NUMBER.c.number == bindparam("number"),
    )
    .order_by(_CONTACT.c.id)
)


def label_of(session: Session, organisation: str, number: str) -> str:
    """The name of a call from this number; empty for an unknown number."""
    return label(session.scalars(_NAMES, {"organisation": organisation, "number": number}).all())


def labels(session: Session, organisation: str, numbers: Collection[str]) -> dict[str, str]:
    """Number → name of its calls; unknown numbers are left out."""
    names: dict[str, list[str]] = {}
    for some in _portions(numbers):
        query = select(_NUMBER.c.number, _CONTACT.c.name).join_from(
            _NUMBER, _CONTACT, _CONTACT.c.id == _NUMBER.c.contact_id
        )
        of_some = query.where(
            _NUMBER.c.organisation_id == organisation, _NUMBER.c.number.in_(some)
        ).order_by(_CONTACT.c.id)
        for number, name in session.execute(of_some):
            names.setdefault(number, []).append(name)
    return {number: label(found) for number, found in names.items()}


def of_number(session: Session, organisation: str, number: str) -> list[ContactView]:
    """The contacts with this number, oldest first, each with all of their numbers."""
    return views(session, with_numbers(session, organisation, [number]).get(number, []))


def views(session: Session, found: Collection[models.Contact]) -> list[ContactView]:
    numbers: dict[str, list[str]] = {contact.id: [] for contact in found}
    ids = (
        select(_NUMBER.c.contact_id, _NUMBER.c.number)
        .where(_NUMBER.c.contact_id.in_(list(numbers)))
        .order_by(_NUMBER.c.number)
    )
    for contact, number in session.execute(ids):
        numbers[contact].append(number)
    wanted = {contact.owner_id for contact in found if contact.owner_id}
    owners = {
        id: name
        for id, name in session.execute(
            select(_USER.c.id, _USER.c.name).where(_USER.c.id.in_(wanted))
        )
    }
    return [
        ContactView(
            contact.id,
            contact.name,
            contact.owner_id,
            owners.get(contact.owner_id or "", ""),
            tuple(numbers[contact.id]),
            contact.company,
            contact.email,
            tuple(contact.tags),
            contact.link,
            contact.note,
        )
        for contact in found
    ]


def possible_owners(session: Session, organisation: str) -> dict[str, str]:
    """User name → id of all enabled users of the organisation."""
    query = select(_USER.c.username, _USER.c.id).where(
        _USER.c.organisation_id == organisation, _USER.c.disabled.is_(False)
    )
    return {username: id for username, id in session.execute(query)}


def colleague(session: Session, organisation: str, extension: str) -> str:
    """The name of an agent with this extension on any connection, or an empty text."""
    query = select(_USER.c.name).join(models.Line, models.Line.agent_id == _USER.c.id)
    return (
        session.scalar(
            query.where(
                _USER.c.organisation_id == organisation, models.Line.extension == extension
            ).limit(1)
        )
        or ""
    )


def get(session: Session, organisation: str, contact: str) -> models.Contact | None:
    row = session.get(models.Contact, contact)
    return row if row is not None and row.organisation_id == organisation else None


def numbers_of(session: Session, contact: str) -> list[str]:
    return list(session.scalars(select(_NUMBER.c.number).where(_NUMBER.c.contact_id == contact)))


def new_contact(
    session: Session, organisation: str, name: str, owner: str | None = None
) -> models.Contact:
    """`name` as domain.contacts cleans it."""
    contact = models.Contact(
        id=new_id(),
        organisation_id=organisation,
        name=name,
        search=search_key(name),
        owner_id=owner,
        company="",
        email="",
        tags=[],
        link="",
        note="",
    )
    session.add(contact)
    return contact


def add(
    session: Session, organisation: str, name: str, numbers: Iterable[str], owner: str | None = None
) -> models.Contact:
    """A new contact with its numbers, in E.164."""
    contact = new_contact(session, organisation, name, owner)
    session.flush()
    add_numbers(session, organisation, ((contact.id, number) for number in dict.fromkeys(numbers)))
    return contact


@contextmanager
def planned_changes(session: Session) -> Iterator[None]:
    """Until the end of the block, queries return the contacts as they were before it."""
    with session.no_autoflush:
        yield
    session.flush()


def add_numbers(session: Session, organisation: str, pairs: Iterable[tuple[str, str]]) -> None:
    """Adds pairs (contact, number) that do not exist yet."""
    rows = [
        {"organisation_id": organisation, "contact_id": contact, "number": number}
        for contact, number in pairs
    ]
    if rows:
        session.execute(insert(_NUMBER), rows)


def with_numbers(
    session: Session, organisation: str, numbers: Collection[str]
) -> dict[str, list[models.Contact]]:
    """Number → its contacts, oldest first."""
    found: dict[str, list[models.Contact]] = {}
    for some in _portions(numbers):
        query = select(_NUMBER.c.number, models.Contact).join(
            models.Contact, models.Contact.id == _NUMBER.c.contact_id
        )
        of_some = query.where(
            _NUMBER.c.organisation_id == organisation, _NUMBER.c.number.in_(some)
        ).order_by(models.Contact.id)
        for number, contact in session.execute(of_some):
            found.setdefault(number, []).append(contact)
    return found


def name_calls(
    session: Session,
    organisation: str,
    names: Mapping[str, tuple[str, str]],
    *,
    even: Collection[str] = (),
) -> dict[str, bool]:
    """Renames calls after a change of contacts; `names` is number → (before, now).

    A name from the call's reporter stays, except for calls of a state in `even`. Returns agent →
    whether one of the renamed calls is over.
    """
    changed: dict[str, bool] = {}
    renamed: list[dict[str, str]] = []
    for some in _portions(names):
        of_some = select(_CALL.c.id, _CALL.c.agent_id, _CALL.c.number, _CALL.c.state, _CALL.c.name)
        for id, agent, number, state, name in session.execute(
            of_some.where(_CALL.c.organisation_id == organisation, _CALL.c.number.in_(some))
        ):
            before, now = names[number]
            if name != now and (name == before or state in even or names_nobody(name, number)):
                renamed.append({"of_id": id, "now": now})
                changed[agent] = changed.get(agent, False) or state == CallState.ended
    if renamed:
        session.execute(
            update(_CALL).where(_CALL.c.id == bindparam("of_id")).values(name=bindparam("now")),
            renamed,
        )
    return changed


def _portions(numbers: Iterable[str]) -> Iterator[list[str]]:
    wanted = list(numbers)
    for first in range(0, len(wanted), MANY):
        yield wanted[first : first + MANY]
