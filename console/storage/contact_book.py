"""Contacts with all of their fields: read, written, listed in their order, removed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import cast

from sqlalchemy import ColumnElement, Table, delete, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from ..domain.contact_fields import ContactFields, search_text
from ..domain.directory import DirectoryQuery
from . import contact_changes, contacts, models
from .contact_changes import Change, What
from .contacts import ContactView
from .directory import contact_fits, number_fits, word_fits

_CONTACT, _NUMBER = (
    cast(Table, model.__table__) for model in (models.Contact, models.ContactNumber)
)
# The fields that are columns of their own, with the kind of their changes.
_COLUMNS = (What.name, What.company, What.email, What.tags, What.link, What.note)
_AT_ONCE = 1_000  # contacts in memory


def fields_of(session: Session, contact: models.Contact) -> ContactFields:
    return _fields(contact, contacts.numbers_of(session, contact.id))


def _fields(contact: models.Contact, numbers: Collection[str] = ()) -> ContactFields:
    return ContactFields(
        contact.name,
        tuple(sorted(numbers)),
        contact.company,
        contact.email,
        tuple(contact.tags),
        contact.link,
        contact.note,
    )


def fill(
    contact: models.Contact, fields: ContactFields, *, only_given: bool = False
) -> list[Change]:
    """Sets the fields, except the numbers. `only_given`: empty fields stay as they are."""
    changes = []
    before = _fields(contact)
    for what in _COLUMNS:
        old, new = getattr(before, what), getattr(fields, what)
        if old != new and (new or not only_given):
            setattr(contact, what, list(new) if what is What.tags else new)
            changes.append(Change(contact.id, what, *_as_read(what, old, new)))
    contact.search = search_text(_fields(contact))
    return changes


def rename(contact: models.Contact, name: str) -> list[Change]:
    return fill(contact, replace(_fields(contact), name=name))


def _as_read(what: What, *values: str | Sequence[str]) -> tuple[str, ...]:
    """A note can be long and personal: that it was changed is enough."""
    if what is What.note:
        return ("", "")
    return tuple(value if isinstance(value, str) else ", ".join(value) for value in values)


def set_numbers(
    session: Session, contact: models.Contact, numbers: Collection[str]
) -> list[Change]:
    known = set(contacts.numbers_of(session, contact.id))
    new = [number for number in numbers if number not in known]
    gone = sorted(known.difference(numbers))
    session.execute(
        delete(_NUMBER).where(
            _NUMBER.c.organisation_id == contact.organisation_id,
            _NUMBER.c.contact_id == contact.id,
            _NUMBER.c.number.in_(gone),
        )
    )
    contacts.add_numbers(session, contact.organisation_id, ((contact.id, each) for each in new))
    return [
        *(Change(contact.id, What.number, after=number) for number in new),
        *(Change(contact.id, What.removed, before=number) for number in gone),
    ]


def remove(session: Session, contact: models.Contact) -> None:
    """Deletes a contact with its numbers and the trail of its changes. Its calls stay."""
    contact_changes.remove(session, contact.id)
    session.execute(delete(_NUMBER).where(_NUMBER.c.contact_id == contact.id))
    session.delete(contact)
    session.flush()


def listed(
    session: Session, organisation: str, query: DirectoryQuery, after: str, limit: int
) -> list[ContactView]:
    """Contacts in the order of their names, after the one with the id `after`."""
    wanted = select(models.Contact).where(_CONTACT.c.organisation_id == organisation)
    wanted = wanted.where(_fits(query))
    last = contacts.get(session, organisation, after) if after else None
    if last is not None:
        wanted = wanted.where(tuple_(_CONTACT.c.search, _CONTACT.c.id) > (last.search, last.id))
    ordered = wanted.order_by(_CONTACT.c.search, _CONTACT.c.id).limit(limit)
    return contacts.views(session, session.scalars(ordered).all())


def _fits(query: DirectoryQuery) -> ColumnElement[bool]:
    """Each word begins a word of the name, the company or a tag, or the e-mail address."""
    email = func.lower(_CONTACT.c.email)
    number = exists().where(_NUMBER.c.contact_id == _CONTACT.c.id, number_fits(query))
    return contact_fits(
        query, lambda word: or_(word_fits(word), email.startswith(word, autoescape=True)), number
    )


def all_of(session: Session, organisation: str) -> Iterator[ContactView]:
    """All contacts of the organisation, oldest first."""
    after = ""
    while True:
        some = session.scalars(
            select(models.Contact)
            .where(_CONTACT.c.organisation_id == organisation, _CONTACT.c.id > after)
            .order_by(_CONTACT.c.id)
            .limit(_AT_ONCE)
        ).all()
        yield from contacts.views(session, some)
        if len(some) < _AT_ONCE:
            return
        after = some[-1].id
