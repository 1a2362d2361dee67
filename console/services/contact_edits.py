"""Contacts written as a whole, merged and deleted. Each is one transaction.

Who edits names the state that they saw by its fingerprint: nothing that somebody else has written
meanwhile is lost unseen.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ..domain.contact_fields import BadField, ContactFields, FieldFault, fingerprint, merged
from ..storage import accounts, contact_book, contact_changes, contacts, models
from ..storage.contact_changes import Change, What
from .call_edits import name_calls
from .contacts import change_owner, is_known
from .unit_of_work import UnitOfWork, UnitsOfWork


class ContactGone(Exception):
    """The contact was deleted or merged into another one, or never was."""


class ContactChanged(Exception):
    """Somebody else has changed the contact since its state was seen."""


@dataclass(frozen=True, slots=True)
class SeenContact:
    """A contact and the fingerprint of the state that a person saw."""

    id: str
    fingerprint: str


def write_contact(
    units: UnitsOfWork,
    user: models.User,
    seen: SeenContact | None,
    fields: ContactFields,
    *,
    mine: bool | None,
) -> str:
    """Writes all fields of a contact, or of a new one (`seen` is None); returns its id.

    Raises BadField where another contact has this name and number.
    """
    with units.begin(user.organisation_id) as unit:
        session, organisation = unit.session, user.organisation_id
        known = _as_seen(session, organisation, seen) if seen else None
        but = {known.id} if known else set[str]()
        if is_known(session, organisation, fields.numbers, fields.name, but):
            raise BadField(FieldFault.known_name)
        old = contacts.numbers_of(session, known.id) if known else []
        before = contacts.labels(session, organisation, [*old, *fields.numbers])
        if known is None:
            known = contacts.add(session, organisation, fields.name, fields.numbers)
            contact_book.fill(known, fields)
            changes = [Change(known.id, What.added, after=fields.name)]
        else:
            changes = contact_book.fill(known, fields)
            changes += contact_book.set_numbers(session, known, fields.numbers)
        changes += change_owner(known, user, mine)
        contact_changes.keep(session, organisation, user.id, unit.now, changes)
        _name_calls(unit, before, [*old, *fields.numbers])
        return known.id


def merge_contacts(
    units: UnitsOfWork, user: models.User, kept: SeenContact, other: SeenContact
) -> None:
    """`kept` takes over what the other has, and the other disappears. Calls follow their numbers.

    Raises BadField where both together have too many numbers or tags, or too long a note.
    """
    with units.begin(user.organisation_id) as unit:
        session, organisation = unit.session, user.organisation_id
        into = _as_seen(session, organisation, kept)
        gone = _as_seen(session, organisation, other)
        if into is gone:
            raise ContactGone
        ours, theirs = (contact_book.fields_of(session, one) for one in (into, gone))
        both = merged(ours, theirs)
        if is_known(session, organisation, both.numbers, both.name, {into.id, gone.id}):
            raise BadField(FieldFault.known_name)
        before = contacts.labels(session, organisation, both.numbers)
        owner, name = into.owner_id or gone.owner_id, gone.name
        contact_changes.move(session, gone.id, into=into.id)
        contact_book.remove(session, gone)
        changes = [Change(into.id, What.merged, before=name), *contact_book.fill(into, both)]
        changes += contact_book.set_numbers(session, into, both.numbers)
        changes += _give(session, into, owner)
        contact_changes.keep(session, organisation, user.id, unit.now, changes)
        _name_calls(unit, before, both.numbers)


def delete_contact(units: UnitsOfWork, user: models.User, seen: SeenContact) -> None:
    """The contact disappears with the trail of its changes; its calls stay, without its name."""
    with units.begin(user.organisation_id) as unit:
        session, organisation = unit.session, user.organisation_id
        gone = _as_seen(session, organisation, seen)
        numbers = contacts.numbers_of(session, gone.id)
        before = contacts.labels(session, organisation, numbers)
        contact_book.remove(session, gone)
        _name_calls(unit, before, numbers)


def _as_seen(session: Session, organisation: str, seen: SeenContact) -> models.Contact:
    found = contacts.get(session, organisation, seen.id)
    if found is None:
        raise ContactGone
    if fingerprint(contact_book.fields_of(session, found), found.owner_id) != seen.fingerprint:
        raise ContactChanged
    return found


def _give(session: Session, contact: models.Contact, owner: str | None) -> list[Change]:
    if owner is None or contact.owner_id == owner:
        return []
    contact.owner_id = owner
    return [Change(contact.id, What.owner, after=accounts.user_name(session, owner))]


def _name_calls(unit: UnitOfWork, before: dict[str, str], numbers: Collection[str]) -> None:
    """Calls with these numbers get the names that their contacts have now.

    Open calls take a new name even if their phone system gave them one; they keep that one where
    there is none.
    """
    now = contacts.labels(unit.session, unit.organisation, dict.fromkeys(numbers))
    names = {number: (before.get(number, ""), now.get(number, "")) for number in numbers}
    changed = {number: both for number, both in names.items() if both[0] != both[1]}
    for is_named in (True, False):
        some = {number: both for number, both in changed.items() if bool(both[1]) is is_named}
        name_calls(unit, unit.organisation, some, by_hand=is_named)
