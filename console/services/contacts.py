"""Customers' names as agents enter them. Calls with their numbers are renamed at once."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from ..domain.contacts import LONGEST_NAME, clean_name, name_key
from ..domain.numbers import public_number
from ..errors import NotFound, Unsupported
from ..storage import agents, contact_book, contact_changes, contacts, models
from ..storage.contact_changes import Change, What
from .call_edits import name_calls
from .unit_of_work import UnitsOfWork


def save_contact(
    units: UnitsOfWork,
    user: models.User,
    *,
    number: str,
    name: str,
    contact: str = "",
    mine: bool | None = None,
) -> None:
    """Creates a contact for this number, or renames `contact`.

    `mine`: whether this user looks after it; None: unchanged. Raises BadNumber where the number is
    not a customer's.
    """
    with units.begin(user.organisation_id) as unit:
        session, organisation = unit.session, user.organisation_id
        known = _known(session, organisation, contact)
        numbers = (
            contacts.numbers_of(session, contact)
            if known
            else [public_number(number, agents.region_of(session, user.id))]
        )
        checked = _checked_name(session, organisation, numbers, name, but=contact)
        before = contacts.labels(session, organisation, numbers)
        if known is None:
            known = contacts.add(session, organisation, checked, numbers)
            changes = [Change(known.id, What.added, after=checked)]
        else:
            changes = contact_book.rename(known, checked)
        changes += change_owner(known, user, mine)
        contact_changes.keep(session, organisation, user.id, unit.now, changes)
        now = contacts.labels(session, organisation, numbers)
        names = {number: (before.get(number, ""), now[number]) for number in numbers}
        name_calls(unit, organisation, names, by_hand=True)


def _known(session: Session, organisation: str, contact: str) -> models.Contact | None:
    known = contacts.get(session, organisation, contact) if contact else None
    if contact and known is None:
        raise NotFound
    return known


def change_owner(contact: models.Contact, user: models.User, mine: bool | None) -> list[Change]:
    """Nobody takes a contact from another owner."""
    is_mine = contact.owner_id == user.id
    if mine is None or mine == is_mine or contact.owner_id not in (None, user.id):
        return []
    contact.owner_id = user.id if mine else None
    return [Change(contact.id, What.owner, *(("", user.name) if mine else (user.name, "")))]


def _checked_name(
    session: Session, organisation: str, numbers: Collection[str], text: str, but: str
) -> str:
    name = clean_name(text)
    if not name:
        raise Unsupported(_("Enter a name."), code="no_name")
    if len(name) > LONGEST_NAME:
        raise Unsupported(_("This name is too long. Please shorten it."), code="long_name")
    if is_known(session, organisation, numbers, name, {but}):
        raise Unsupported(
            _("A contact with this name and number already exists."), code="known_name"
        )
    return name


def is_known(
    session: Session, organisation: str, numbers: Collection[str], name: str, but: Collection[str]
) -> bool:
    """Whether another contact has this name and one of these numbers."""
    return any(
        other.id not in but and name_key(other.name) == name_key(name)
        for found in contacts.with_numbers(session, organisation, numbers).values()
        for other in found
    )
