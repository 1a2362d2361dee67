"""Contacts merged and deleted: one transaction each, and calls follow by their numbers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from console.domain.contact_fields import (
    BadField,
    ContactFields,
    FieldFault,
    fingerprint,
    lost_by_merge,
    merged,
)
from console.services.contact_edits import (
    ContactChanged,
    ContactGone,
    SeenContact,
    delete_contact,
    merge_contacts,
    write_contact,
)
from console.storage import contact_book, contact_changes, contacts, models
from console.storage.database import Database
from tests.cast import CONNECTION, Cast, assemble

ONE, TWO = "+84912345201", "+84912345202"


@pytest.fixture
def cast(database: Database) -> Cast:
    made = assemble(database)
    made.holds("alice", "alice-tab", 1)
    return made


def user(cast: Cast, name: str) -> models.User:
    with cast.database.read() as session:
        return session.get_one(models.User, name)


def write(cast: Cast, who: str = "alice", **fields: Any) -> str:
    made = ContactFields(**{"name": "An", "numbers": (ONE,), **fields})
    return write_contact(cast.units, user(cast, who), None, made, mine=None)


def seen(cast: Cast, contact: str) -> SeenContact:
    with cast.database.read() as session:
        row = session.get_one(models.Contact, contact)
        return SeenContact(contact, fingerprint(contact_book.fields_of(session, row), row.owner_id))


def fields(cast: Cast, contact: str) -> ContactFields | None:
    with cast.database.read() as session:
        row = session.get(models.Contact, contact)
        return contact_book.fields_of(session, row) if row else None


def merge(cast: Cast, kept: str, other: str, who: str = "sam") -> None:
    merge_contacts(cast.units, user(cast, who), seen(cast, kept), seen(cast, other))


def calls(cast: Cast, number: str, call: str = "k1", **more: Any) -> None:
    with cast.database.read() as session:
        n = session.get_one(models.Client, ("alice", "alice-tab")).event_n
        start = cast.database.now(session) - 60_000  # old calls are not called back
    for step, type in enumerate(("ringing", "ended"), 1):
        event = {"call": call, "at": start + step, "connection": CONNECTION, "number": number}
        event |= {"type": type, "direction": "inbound", **more}
        cast.switchboard.phone_event("home", "alice", "alice-tab", n + step, 1, event)


def names(cast: Cast) -> list[str]:
    return [call.name for call in cast.calls()]


def waiting(cast: Cast) -> list[str]:
    """The names of the numbers to call back."""
    with cast.database.read() as session:
        return [row.name for row in session.query(models.Callback).all() if row.waiting]


def test_a_merge_joins_all_that_both_have(cast: Cast) -> None:
    kept = write(cast, company="Sao Mai", tags=("VIP",), note="First")
    other = write(
        cast,
        name="An (mobile)",
        numbers=(ONE, TWO),
        company="Other",
        email="a@b.vn",
        tags=("vip", "Huế"),
        link="https://crm.example.com",
        note="Second",
    )
    merge(cast, kept, other)
    assert fields(cast, other) is None
    assert fields(cast, kept) == ContactFields(
        *("An", (ONE, TWO), "Sao Mai", "a@b.vn", ("VIP", "Huế")),
        *("https://crm.example.com", "First\n\nSecond"),
    )
    with cast.database.read() as session:
        changes = contact_changes.last(session, "home", [kept], 20)[kept]
    assert {"merged", "added", "email", "number"} <= {change.what for change in changes}
    assert [each.before for each in changes if each.what == "merged"] == ["An (mobile)"]


def test_calls_follow_a_merge_by_number_and_are_pushed(cast: Cast) -> None:
    kept, other = write(cast, name="An"), write(cast, name="Bình", numbers=(TWO,))
    calls(cast, TWO)
    assert names(cast) == ["Bình"]
    cast.entries.clear()
    merge(cast, kept, other)
    assert names(cast) == ["An"]
    assert waiting(cast) == ["An"]
    assert [entry.payload["history"] for entry in cast.entries if entry.type == "agent"] == [True]


def test_a_deleted_contacts_calls_stay_without_its_name(cast: Cast) -> None:
    gone = write(cast, name="An", note="secret")
    write(cast, name="Wife")
    calls(cast, ONE)
    calls(cast, ONE, "k2", name="From the phone system")
    assert sorted(names(cast)) == ["An / Wife", "From the phone system"]
    delete_contact(cast.units, user(cast, "sam"), seen(cast, gone))
    assert sorted(names(cast)) == ["From the phone system", "Wife"]
    with cast.database.read() as session:
        assert session.query(models.ContactChange).filter_by(contact_id=gone).count() == 0
        assert contacts.label_of(session, "home", ONE) == "Wife"
    with cast.database.read() as session:
        [last] = session.query(models.Contact).all()
    delete_contact(cast.units, user(cast, "sam"), seen(cast, last.id))
    assert sorted(names(cast)) == ["", "From the phone system"]


def test_a_number_to_call_back_loses_a_deleted_name(cast: Cast) -> None:
    contact = write(cast)
    calls(cast, ONE)
    assert waiting(cast) == ["An"]
    delete_contact(cast.units, user(cast, "sam"), seen(cast, contact))
    assert waiting(cast) == [""]


def test_a_removed_number_takes_the_name_off_its_calls(cast: Cast) -> None:
    contact = write(cast, numbers=(ONE, TWO))
    calls(cast, TWO)
    without = ContactFields("An", (ONE,))
    write_contact(cast.units, user(cast, "bob"), seen(cast, contact), without, mine=None)
    assert names(cast) == [""]


@pytest.mark.parametrize("crossed", [False, True])
def test_of_two_merges_at_once_the_second_is_refused(cast: Cast, crossed: bool) -> None:
    one, two, three = (write(cast, name=name) for name in ("One", "Two", "Three"))
    pairs = [(one, two), (two, one) if crossed else (three, two)]
    state = {contact: seen(cast, contact) for contact in (one, two, three)}
    gate, sam = Barrier(2), user(cast, "sam")

    def work(pair: tuple[str, str]) -> str:
        gate.wait()
        try:
            merge_contacts(cast.units, sam, *(state[each] for each in pair))
        except (ContactGone, ContactChanged) as refused:
            return type(refused).__name__
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(work, pairs)) == ["ContactGone", "done"]
    with cast.database.read() as session:
        assert session.query(models.Contact).count() == 2


def test_a_merge_of_what_nobody_has_seen_is_refused(cast: Cast) -> None:
    kept, other = write(cast), write(cast, name="Bình", numbers=(TWO,))
    before = [seen(cast, kept), seen(cast, other)]
    changed = ContactFields("Bình", (TWO,), company="New")
    write_contact(cast.units, user(cast, "bob"), before[1], changed, mine=None)
    with pytest.raises(ContactChanged):
        merge_contacts(cast.units, user(cast, "sam"), *before)
    assert fields(cast, other) == changed
    with pytest.raises(ContactGone):
        merge_contacts(cast.units, user(cast, "sam"), before[0], before[0])


def test_nobody_merges_or_deletes_what_olga_has(cast: Cast) -> None:
    kept, hers = write(cast), write(cast, "olga", name="Hers")
    assert names(cast) == []
    for pair in ((kept, hers), (hers, kept)):
        with pytest.raises(ContactGone):
            merge(cast, *pair)
        with pytest.raises(ContactGone):
            merge(cast, *pair, who="olga")
    with pytest.raises(ContactGone):
        delete_contact(cast.units, user(cast, "sam"), seen(cast, hers))
    assert fields(cast, hers) == ContactFields("Hers", (ONE,))


def test_a_merge_with_too_much_changes_nothing(cast: Cast) -> None:
    tags = [tuple(f"{side}{n}" for n in range(6)) for side in "ab"]
    kept = write(cast, tags=tags[0])
    other = write(cast, name="Bình", numbers=(TWO,), tags=tags[1])
    with pytest.raises(BadField) as refused:
        merge(cast, kept, other)
    assert refused.value.fault is FieldFault.many_tags
    assert (fields(cast, kept) or ContactFields()).tags == tags[0]
    assert fields(cast, other)


def test_a_merge_never_makes_two_of_one_name_and_number(cast: Cast) -> None:
    kept = write(cast, name="An")
    other = write(cast, name="Bình", numbers=(TWO,))
    write(cast, name="an", numbers=(TWO,))
    with pytest.raises(BadField) as refused:
        merge(cast, kept, other)
    assert refused.value.fault is FieldFault.known_name


def test_what_a_merge_drops_is_named_before_it() -> None:
    ours = ContactFields("An", (ONE,), "Sao Mai", "", (), "https://a.example", "x")
    theirs = ContactFields("Bình", (TWO,), "Other", "b@b.vn", ("t",), "https://a.example", "y")
    assert lost_by_merge(ours, theirs) == {"name": "Bình", "company": "Other"}
    assert merged(ours, ours) == ours
