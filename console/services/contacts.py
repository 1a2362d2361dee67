"""Customers' names as agents change them while they talk.

The calls with their numbers follow at once.
"""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from ..domain.contacts import LONGEST_NAME, clean_name, name_key, search_key
from ..domain.numbers import public_number
from ..errors import NotFound, Unsupported
from ..storage import agents, contact_changes, contacts, models
from ..storage.contact_changes import Change, What
from .switchboard import Switchboard


class Customers:
    def __init__(self, switchboard: Switchboard) -> None:
        self.switchboard = switchboard

    def save(
        self,
        user: models.User,
        *,
        number: str,
        name: str,
        contact: str = "",
        mine: bool | None = None,
    ) -> None:
        """A new contact for this number, or another name for one that is there. `mine`: whether
        this user looks after it; None: as before.

        BadNumber where the number is not a customer's.
        """
        with self.switchboard.units.begin(user.organisation_id) as unit:
            session, organisation = unit.session, user.organisation_id
            known = contacts.get(session, organisation, contact) if contact else None
            if contact and known is None:
                raise NotFound
            numbers = (
                contacts.numbers_of(session, contact)
                if known
                else [public_number(number, agents.region_of(session, user.id))]
            )
            fresh = _checked_name(session, organisation, numbers, name, but=contact)
            before = contacts.labels(session, organisation, numbers)
            changes = []
            if known is None:
                known = contacts.add(session, organisation, fresh, numbers)
                changes = [Change(known.id, What.added, after=fresh)]
            elif known.name != fresh:
                changes = [Change(known.id, What.name, known.name, fresh)]
            known.name, known.search = fresh, search_key(fresh)
            if (
                mine is not None
                and known.owner_id in (None, user.id)
                and mine != (known.owner_id == user.id)
            ):
                changes.append(
                    Change(known.id, What.owner, *(("", user.name) if mine else (user.name, "")))
                )
                known.owner_id = user.id if mine else None
            contact_changes.keep(session, organisation, user.id, unit.now, changes)
            now = contacts.labels(session, organisation, numbers)
            names = {number: (before.get(number, ""), now[number]) for number in numbers}
            self.switchboard.name_calls(unit, organisation, names, by_hand=True)


def _checked_name(
    session: Session, organisation: str, numbers: Collection[str], text: str, but: str
) -> str:
    name = clean_name(text)
    if not name:
        raise Unsupported(_("Enter a name."), code="no_name")
    if len(name) > LONGEST_NAME:
        raise Unsupported(_("This name is too long. Please shorten it."), code="long_name")
    for found in contacts.with_numbers(session, organisation, numbers).values():
        if any(other.id != but and name_key(other.name) == name_key(name) for other in found):
            raise Unsupported(
                _("A contact with this name and number already exists."), code="known_name"
            )
    return name
