"""Calls have the names of contacts: from their first event, and after each change of a contact."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy.orm import Session

from console.domain.history_filter import HistoryFilter
from console.domain.numbers import BadNumber
from console.errors import NotFound, Unsupported
from console.services.contacts import save_contact
from console.storage import agents, calls, contacts, models
from console.storage.database import Database
from tests.cast import CONNECTION, FOREIGN, Cast, assemble

START = 1_790_000_000_000
AN, SHOWN = "+84912345200", "0912345200"


@pytest.fixture
def cast(database: Database) -> Cast:
    made = assemble(database)
    for agent in ("alice", "bob", "olga"):
        made.holds(agent, f"{agent}-tab", 1)
    return made


def add(
    cast: Cast, name: str, *numbers: str, organisation: str = "home", owner: str | None = None
) -> str:
    with cast.database.write() as session:
        return contacts.add(session, organisation, name, numbers or [AN], owner).id


def says(cast: Cast, agent: str, type: str, call: str, at: int = 0, **more: Any) -> None:
    with cast.database.read() as session:
        n = session.get_one(models.Client, (agent, f"{agent}-tab")).event_n + 1
    connection, organisation = (FOREIGN, "other") if agent == "olga" else (CONNECTION, "home")
    event = {
        "type": type,
        "call": call,
        "at": START + at,
        "connection": connection,
        "number": SHOWN,
        "direction": "inbound",
        **more,
    }
    cast.switchboard.phone_event(organisation, agent, f"{agent}-tab", n, 1, event)


def save(cast: Cast, agent: str, name: str, number: str = SHOWN, **more: Any) -> None:
    with cast.database.read() as session:
        user = session.get_one(models.User, agent)
    save_contact(cast.units, user, number=number, name=name, **more)


def names(cast: Cast, agent: str | None = None) -> list[str]:
    return [call.name for call in cast.calls(agent)]


def known(cast: Cast, number: str = AN, organisation: str = "home") -> list[contacts.ContactView]:
    with cast.database.read() as session:
        return contacts.of_number(session, organisation, number)


def announced(cast: Cast) -> dict[str, bool]:
    """agent → whether their list of recent calls changed too, since the last call of this."""
    changes = {
        entry.payload["agent"]["id"]: entry.payload["history"]
        for entry in cast.entries
        if entry.type == "agent"
    }
    cast.entries.clear()
    return changes


def test_call_gets_its_contacts_name_with_its_first_event(cast: Cast) -> None:
    add(cast, "Nguyễn Văn An")
    says(cast, "alice", "ringing", "k1")
    says(cast, "bob", "dialing", "k2", 20_000, direction="outbound", number="0912 345 200")
    assert names(cast) == ["Nguyễn Văn An"] * 2
    shown = next(entry for entry in cast.entries if entry.type == "agent").payload["agent"][
        "calls"
    ][0]
    assert (shown["name"], shown["number"]) == ("Nguyễn Văn An", AN)


def test_later_number_brings_its_name(cast: Cast) -> None:
    add(cast, "Nguyễn Văn An")
    says(cast, "alice", "answered", "k1", 3000, number="")
    assert names(cast) == [""]
    says(cast, "alice", "ringing", "k1")
    assert names(cast) == ["Nguyễn Văn An"]


def test_name_from_the_reporter_stays(cast: Cast) -> None:
    add(cast, "Nguyễn Văn An")
    says(cast, "alice", "ringing", "k1", name="Khách VIP")
    assert names(cast) == ["Khách VIP"]


def test_number_in_place_of_a_name_is_ignored(cast: Cast) -> None:
    add(cast, "An")
    says(cast, "alice", "ringing", "k1", name="0912345200")
    says(cast, "alice", "ringing", "k1", 10, name="0912345200")
    assert names(cast) == ["An"]


def test_two_contacts_with_one_number_are_both_named(cast: Cast) -> None:
    add(cast, "An")
    add(cast, "Hoa")
    says(cast, "alice", "ringing", "k1")
    assert names(cast) == ["An / Hoa"]


def test_extension_has_the_colleagues_name(cast: Cast) -> None:
    says(cast, "alice", "dialing", "k1", direction="outbound", number="1002")
    assert names(cast, "alice") == ["Bob"]


def test_contacts_of_another_organisation_name_no_call(cast: Cast) -> None:
    add(cast, "Olga's customer", organisation="other")
    says(cast, "alice", "ringing", "k1")
    assert names(cast, "alice") == [""]
    says(cast, "olga", "ringing", "k2")
    assert names(cast, "olga") == ["Olga's customer"]


def test_saved_name_reaches_open_and_recent_calls_of_all(cast: Cast) -> None:
    says(cast, "bob", "ringing", "k1")
    says(cast, "bob", "ended", "k1", 5000, ended_by="remote", cause="missed")
    says(cast, "alice", "ringing", "k2", 60_000)
    says(cast, "olga", "ringing", "k3", 60_000)
    announced(cast)
    save(cast, "alice", " Nguyễn  Văn An ")
    assert names(cast, "alice") == names(cast, "bob") == ["Nguyễn Văn An"]
    assert announced(cast) == {"alice": False, "bob": True}
    assert names(cast, "olga") == [""]
    assert known(cast, organisation="other") == []


def test_new_name_replaces_only_the_old_one(cast: Cast) -> None:
    an = add(cast, "An")
    says(cast, "alice", "ringing", "k1")
    says(cast, "alice", "ended", "k1", 5000)
    says(cast, "alice", "ringing", "k2", 60_000, name="Khách VIP")
    says(cast, "alice", "ended", "k2", 65_000)
    save(cast, "bob", "Nguyễn Văn An", contact=an)
    assert names(cast) == ["Nguyễn Văn An", "Khách VIP"]


def test_name_saved_by_hand_replaces_the_open_calls_name(cast: Cast) -> None:
    says(cast, "alice", "ringing", "k1", name="VIETTEL")
    save(cast, "alice", "An")
    assert names(cast) == ["An"]


def test_contact_is_renamed_on_calls_of_all_its_numbers(cast: Cast) -> None:
    an = add(cast, "An", AN, "+842838221234")
    says(cast, "alice", "ringing", "k1")
    says(cast, "bob", "ringing", "k2", 60_000, number="02838221234")
    save(cast, "alice", "Bình", contact=an)
    assert names(cast) == ["Bình", "Bình"]


def test_second_contact_with_the_number_is_found_too(cast: Cast) -> None:
    save(cast, "alice", "An", mine=True)
    save(cast, "bob", "Hoa")
    assert [(one.name, one.owner, one.numbers) for one in known(cast)] == [
        ("An", "Alice", (AN,)),
        ("Hoa", "", (AN,)),
    ]


def test_number_has_each_name_once(cast: Cast) -> None:
    save(cast, "alice", "Nguyễn Văn An")
    with pytest.raises(Unsupported, match="known_name"):
        save(cast, "bob", "nguyễn văn AN")
    hoa = add(cast, "Hoa")
    with pytest.raises(Unsupported, match="known_name"):
        save(cast, "bob", "Nguyễn Văn An", contact=hoa)
    save(cast, "bob", "HOA", contact=hoa)
    assert [one.name for one in known(cast)] == ["Nguyễn Văn An", "HOA"]


def test_concurrent_saves_of_one_name_make_one_contact(cast: Cast) -> None:
    both, refused = threading.Barrier(2), []

    def work(agent: str) -> None:
        both.wait(10)
        try:
            save(cast, agent, "Nguyễn Văn An")
        except Unsupported as error:
            refused.append(error.code)

    threads = [threading.Thread(target=work, args=(agent,)) for agent in ("alice", "bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(known(cast)) == 1
    assert refused == ["known_name"]


def test_invalid_name_is_refused_and_changes_nothing(cast: Cast) -> None:
    theirs = add(cast, "Theirs", organisation="other")
    for name, number, code in (
        ("", SHOWN, "no_name"),
        ("\u200b", SHOWN, "no_name"),
        ("A" * 201, SHOWN, "long_name"),
    ):
        with pytest.raises(Unsupported, match=code):
            save(cast, "alice", name, number)
    with pytest.raises(BadNumber):
        save(cast, "alice", "Bob", "1002")
    with pytest.raises(NotFound):
        save(cast, "alice", "Mine now", contact=theirs)
    assert known(cast) == [] and [one.name for one in known(cast, organisation="other")] == [
        "Theirs"
    ]


def test_only_free_and_own_contacts_can_change_owner(cast: Cast) -> None:
    an = add(cast, "An", owner="bob")
    save(cast, "alice", "An", contact=an, mine=True)
    assert known(cast)[0].owner == "Bob"
    save(cast, "bob", "An", contact=an, mine=False)
    assert known(cast)[0].owner == ""


def test_last_calls_omit_other_phones_of_a_ring_group(cast: Cast) -> None:
    says(cast, "bob", "ringing", "k1")
    says(cast, "bob", "ended", "k1", 5000, cause="answered_elsewhere")
    says(cast, "alice", "ringing", "k2", 60_000)
    says(cast, "alice", "ended", "k2", 65_000, ended_by="agent")
    says(cast, "bob", "ringing", "k3", 120_000)
    says(cast, "bob", "ended", "k3", 125_000)
    says(cast, "olga", "ringing", "k4", 130_000)
    says(cast, "olga", "ended", "k4", 135_000)
    says(cast, "alice", "ringing", "k5", 180_000)
    with cast.database.read() as session:
        last = calls.with_number(session, "home", AN, 10)
        assert [call.client_call_id for call in last] == ["k3", "k2"]
        assert [call.client_call_id for call in calls.with_number(session, "home", AN, 1)] == ["k3"]


def test_history_finds_contacts_with_and_without_diacritics(cast: Cast) -> None:
    add(cast, "Đặng Thị Ước")
    add(cast, "Ước's Olga", organisation="other")
    says(cast, "alice", "ringing", "k1", name="VIETTEL")
    says(cast, "alice", "ringing", "k2", 60_000, number="0987654200")
    with cast.database.read() as session:
        for text in ("Đặng Thị Ước", "đặng", "dang thi uoc", "THỊ ƯỚC"):
            assert found(session, text) == ["k1"], text
        assert found(session, "Olga") == []


def found(session: Session, text: str) -> list[str]:
    calls_found = calls.history(session, "home", ["alice"], HistoryFilter(text=text))
    return [call.client_call_id for call in calls_found]


def test_later_event_of_a_call_runs_no_more_queries(cast: Cast) -> None:
    """Only the first event looks the name up."""
    add(cast, "An")
    says(cast, "alice", "ringing", "k1")
    with cast.database.write() as session:
        session.get_one(models.Contact, known(cast)[0].id).name = "Renamed"
    says(cast, "alice", "answered", "k1", 2000)
    assert names(cast) == ["An"]


def test_the_wall_shows_the_name(cast: Cast) -> None:
    add(cast, "An")
    says(cast, "alice", "ringing", "k1")
    save(cast, "bob", "Nguyễn Văn An", contact=known(cast)[0].id)
    with cast.database.read() as session:
        seen = agents.views(session, agents.of_teams(session, "home", ["team"]), START, 35_000)
    assert [call["name"] for agent in seen for call in agent["calls"]] == ["Nguyễn Văn An"]
