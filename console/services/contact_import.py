"""Import of contacts from a file: all of it or nothing; importing it again changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ..domain.contact_fields import (
    LONGEST_COMPANY,
    LONGEST_EMAIL,
    LONGEST_LINK,
    LONGEST_NOTE,
    LONGEST_TAG,
    MOST_NUMBERS,
    MOST_TAGS,
    FieldFault,
)
from ..domain.contact_file import BadRow, Row, RowFault, read
from ..domain.contacts import name_key
from ..domain.numbers import NumberFault
from ..storage import accounts, contact_book, contact_changes, contacts, models
from ..storage.accounts import username_key
from ..storage.contact_changes import Change, What
from ..storage.database import Database, allow_pause
from .call_edits import name_calls
from .unit_of_work import UnitOfWork, UnitsOfWork

PAUSE_SECONDS = 60  # a busy machine plans tens of thousands of rows at a stretch

REASONS: dict[RowFault | FieldFault | NumberFault, str] = {
    FieldFault.no_name: "there is no name",
    FieldFault.long_name: "the name is longer than 200 letters",
    FieldFault.known_name: "another contact has this name and number",
    FieldFault.no_number: "there is no number",
    FieldFault.many_numbers: f"a contact has at most {MOST_NUMBERS} numbers",
    FieldFault.company: f"the company is longer than {LONGEST_COMPANY} letters",
    FieldFault.email: f"this is not an e-mail address of at most {LONGEST_EMAIL} letters",
    FieldFault.many_tags: f"a contact has at most {MOST_TAGS} tags",
    FieldFault.long_tag: f"this tag is longer than {LONGEST_TAG} letters",
    FieldFault.link: f"this is not an https address of at most {LONGEST_LINK} letters",
    FieldFault.note: f"the note is longer than {LONGEST_NOTE} letters",
    RowFault.unknown_owner: "no user of the organisation has this user name",
    RowFault.too_many_fields: "there are more fields than headings (is a quotation mark missing?)",
    NumberFault.empty: "this is not a telephone number",
    NumberFault.letters: "a number has no letters",
    NumberFault.tail: "there is more than a number (an extension or tones after it)",
    NumberFault.invalid: "this is not a telephone number",
    NumberFault.too_long: "this number is too long",
    NumberFault.extension: "this is an extension, not a telephone number",
}


@dataclass(slots=True)
class Counts:
    """The number of rows by their effect."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0


def import_contacts(
    database: Database,
    units: UnitsOfWork,
    organisation: models.Organisation,
    data: bytes,
    *,
    skip_bad: bool,
) -> tuple[Counts | None, list[BadRow]]:
    """Returns the counts and the bad rows.

    The counts are None when bad rows stopped the import and nothing was changed. Raises
    UnreadableFile with the file's problem.
    """
    rows, bad = read(data, organisation.region)
    with database.read() as session:
        owners, without_owner = _owners(session, organisation.id, rows)
    if bad or without_owner:
        bad = sorted([*bad, *without_owner], key=lambda row: row.line)
        if not skip_bad:
            return None, bad
        lines = {row.line for row in without_owner}
        rows = [row for row in rows if row.line not in lines]
    with units.begin(organisation.id) as unit:
        return _take_in(unit, organisation.id, rows, owners), bad


def _owners(
    session: Session, organisation: str, rows: Sequence[Row]
) -> tuple[dict[str, str], list[BadRow]]:
    """User name → id of the owners in the rows, and the rows whose owner is unknown."""
    known = contacts.possible_owners(session, organisation)
    owners = {row.owner: known.get(username_key(row.owner), "") for row in rows if row.owner}
    return owners, [
        BadRow(row.line, RowFault.unknown_owner, row.owner)
        for row in rows
        if row.owner and not owners[row.owner]
    ]


def _take_in(
    unit: UnitOfWork, organisation: str, rows: Sequence[Row], owners: dict[str, str]
) -> Counts:
    """Known contacts are updated. Numbers are added and never removed."""
    session = unit.session
    allow_pause(session, PAUSE_SECONDS)
    numbers = list(dict.fromkeys(number for row in rows for number in row.fields.numbers))
    with contacts.planned_changes(session):
        plan = _Plan(session, organisation, numbers)
        plan.take(rows, owners)
        numbers = list(dict.fromkeys([*numbers, *plan.numbers_of_renamed()]))
        before = contacts.labels(session, organisation, numbers)
    contacts.add_numbers(session, organisation, plan.pairs)
    contact_changes.keep(session, organisation, None, unit.now, plan.changes)
    now = contacts.labels(session, organisation, numbers)
    names = {number: (before.get(number, ""), now[number]) for number in numbers}
    renamed = {number: both for number, both in names.items() if both[0] != both[1]}
    name_calls(unit, organisation, renamed)
    return plan.counts


class _Plan:
    """The contact of each row: the one of that name and number, else one to rename, else new."""

    def __init__(self, session: Session, organisation: str, numbers: Collection[str]) -> None:
        self.session, self.organisation = session, organisation
        self.counts = Counts()
        self.pairs: list[tuple[str, str]] = []
        self.changes: list[Change] = []  # of contacts known before
        self._known = contacts.with_numbers(session, organisation, numbers)
        self._named: set[str] = set()
        self._renamed: list[str] = []

    def take(self, rows: Sequence[Row], owners: dict[str, str]) -> None:
        self._named = {found.id for row in rows if (found := self._exactly(row))}
        for row in rows:
            contact = self._exactly(row) or self._to_correct(row)
            fresh = contact is None
            if contact is None:
                contact = contacts.new_contact(self.session, self.organisation, row.fields.name)
            self._named.add(contact.id)
            changes = self._change(contact, row, owners.get(row.owner))
            changed = bool(changes)
            self.changes += [] if fresh else changes
            kind = "added" if fresh else "updated" if changed else "unchanged"
            setattr(self.counts, kind, getattr(self.counts, kind) + 1)

    def numbers_of_renamed(self) -> list[str]:
        return [
            number
            for contact in self._renamed
            for number in contacts.numbers_of(self.session, contact)
        ]

    def _exactly(self, row: Row) -> models.Contact | None:
        key = name_key(row.fields.name)
        return next(
            (found for found in self._with_number(row) if name_key(found.name) == key), None
        )

    def _to_correct(self, row: Row) -> models.Contact | None:
        """A contact with one of the numbers, whose name appears in no row."""
        return next(
            (found for found in self._with_number(row) if found.id not in self._named), None
        )

    def _with_number(self, row: Row) -> Iterable[models.Contact]:
        return (found for number in row.fields.numbers for found in self._known.get(number, ()))

    def _change(self, contact: models.Contact, row: Row, owner: str | None) -> list[Change]:
        new = [
            number for number in row.fields.numbers if contact not in self._known.get(number, ())
        ]
        for number in new:
            self._known.setdefault(number, []).append(contact)
            self.pairs.append((contact.id, number))
        changes = [Change(contact.id, What.number, after=number) for number in new]
        if contact.name != row.fields.name:
            self._renamed.append(contact.id)
        changes += contact_book.fill(contact, row.fields, only_given=True)
        if owner and contact.owner_id != owner:
            changes.append(
                Change(contact.id, What.owner, self._name(contact.owner_id), self._name(owner))
            )
            contact.owner_id = owner
        return changes

    def _name(self, user: str | None) -> str:
        return accounts.user_name(self.session, user) if user else ""
