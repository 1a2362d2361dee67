"""Rows that are older than the settings say are deleted, unless a call or a page needs them."""

from __future__ import annotations

from typing import cast

import pytest

from console.realtime.fragments import Fragments
from console.realtime.hub import Hub
from console.storage import journal, models, retention
from tests.cast import CONNECTION, FOREIGN, Cast
from tests.realtime.listeners import Renders, join, settle
from tests.realtime.old_rows import add, call, days_ago, ids, keeper


def test_old_calls_are_deleted_unless_their_conversation_goes_on(cast_: Cast) -> None:
    add(
        cast_,
        call(cast_, "old", 11),
        call(cast_, "young", 9),
        call(cast_, "open", 11, "active"),
        call(cast_, "first-leg", 11, conversation="long"),
        call(cast_, "open-leg", 11, "held", conversation="long", agent_id="bob"),
        call(cast_, "before", 11, conversation="two"),
        call(cast_, "after", 9, conversation="two"),
        call(cast_, "wrapped-up", 11, agent_id="bob"),
        call(cast_, "olgas", 11, organisation_id="other", connection_id=FOREIGN, agent_id="olga"),
        models.AgentStatus(agent_id="bob", wrap_up_call="wrapped-up"),
        *(
            models.ExternalId(
                connection_id=CONNECTION, kind="sip", value=id, agent_id="alice", call_id=id
            )
            for id in ("old", "young")
        ),
    )
    keeper(cast_).delete_old()
    assert ids(cast_, models.Call) == {
        "young",
        "open",
        "first-leg",
        "open-leg",
        "before",
        "after",
        "wrapped-up",
    }
    assert ids(cast_, models.ExternalId, "call_id") == {"young"}


def test_notes_are_deleted_and_their_calls_stay(cast_: Cast) -> None:
    add(cast_, call(cast_, "old", 4), call(cast_, "young", 2), call(cast_, "open", 4, "active"))
    keeper(cast_, note=3).delete_old()
    with cast_.database.read() as session:
        assert {row.id: row.note for row in session.query(models.Call)} == {
            "old": "",
            "young": "a note",
            "open": "a note",
        }


def test_zero_days_keep_rows_for_ever(cast_: Cast) -> None:
    add(cast_, call(cast_, "ancient", 5000))
    keeper(cast_, call=0, note=0).delete_old()
    with cast_.database.read() as session:
        assert session.query(models.Call).one().note == "a note"


def test_clients_in_use_are_not_deleted(cast_: Cast) -> None:
    heard = days_ago(cast_, 11)
    cast_.holds("alice", "holder", 1)
    names = {"old": "", "recent": "", "connected": "w", "carrier": ""}
    rows = [
        models.Client(agent_id="alice", id=id, view="workspace", worker=worker, heard_at=heard)
        for id, worker in names.items()
    ]
    rows[1].heard_at = days_ago(cast_, 9)
    states = [
        models.LineState(
            agent_id="alice", client_id=id, connection_id=CONNECTION, state="registered"
        )
        for id in ("old", "recent")
    ]
    add(cast_, *rows, *states, call(cast_, "c", 11, "active", carrier="carrier"))
    with cast_.database.write() as session:
        holder = session.get_one(models.Client, ("alice", "holder"))
        holder.worker, holder.heard_at = "", heard
    keeper(cast_).delete_old()
    assert ids(cast_, models.Client) == {"recent", "connected", "carrier", "holder"}
    assert ids(cast_, models.LineState, "client_id") == {"recent"}


def test_lease_history_keeps_the_newest_and_open_calls_epochs(cast_: Cast) -> None:
    cast_.holds("alice", "c", 40)
    granted = days_ago(cast_, 11)
    epochs = [
        models.LeaseEpoch(agent_id="alice", epoch=epoch, client_id="c", granted_at=granted)
        for epoch in range(1, 40)
    ]
    add(cast_, *epochs, call(cast_, "open", 11, "active", epoch=7))
    keeper(cast_).delete_old()
    assert ids(cast_, models.LeaseEpoch, "epoch") == {7, *range(25, 41)}


def test_unknown_events_are_deleted(cast_: Cast) -> None:
    add(
        cast_,
        *(
            models.UnknownEvent(
                id=f"{age}", organisation_id="home", at=days_ago(cast_, age), payload={}
            )
            for age in (11, 9)
        ),
    )
    keeper(cast_).delete_old()
    assert ids(cast_, models.UnknownEvent) == {"9"}


def test_changes_of_contacts_are_deleted_and_contacts_stay(cast_: Cast) -> None:
    add(
        cast_,
        models.Contact(id="an", organisation_id="home", name="An", search="an"),
        models.Contact(id="far", organisation_id="other", name="Far", search="far"),
        *(change(cast_, id, contact, of, age) for id, contact, of, age in CHANGED),
    )
    keeper(cast_, contact_change=0).delete_old()
    assert ids(cast_, models.ContactChange) == {"old", "young", "olgas-old", "olgas-young"}
    keeper(cast_).delete_old()
    assert ids(cast_, models.ContactChange) == {"young", "olgas-young"}
    assert ids(cast_, models.Contact) == {"an", "far"}


CHANGED = [
    ("old", "an", "home", 11),
    ("young", "an", "home", 9),
    ("olgas-old", "far", "other", 11),
    ("olgas-young", "far", "other", 9),
]


def change(
    cast_: Cast, id: str, contact: str, organisation: str, age: float
) -> models.ContactChange:
    facts = {"user_id": None, "what": "name", "before": "Before", "after": "After"}
    return models.ContactChange(
        id=id, contact_id=contact, organisation_id=organisation, at=days_ago(cast_, age), **facts
    )


def changes(cast_: Cast, count: int) -> list[journal.JournalEntry]:
    cast_.entries.clear()
    for _ in range(count):
        with cast_.units.begin("home") as unit:
            unit.agent_changed("alice")
    return list(cast_.entries)


def age_journal(cast_: Cast, days: float) -> None:
    with cast_.database.write() as session:
        session.query(models.JournalRow).update({"at": days_ago(cast_, days)})


def test_journal_numbers_go_on_after_entries_are_deleted(cast_: Cast) -> None:
    last = changes(cast_, 5)[-1].seq
    age_journal(cast_, 11)
    young = changes(cast_, 2)
    keeper(cast_).delete_old()
    assert ids(cast_, models.JournalRow, "seq") == {line.seq for line in young}
    age_journal(cast_, 11)
    keeper(cast_).delete_old()
    assert ids(cast_, models.JournalRow, "seq") == set()
    assert changes(cast_, 1)[0].seq == last + 3


def test_one_read_finds_old_entries_of_one_organisation(
    cast_: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "FOUND", 3)
    changes(cast_, 5)
    with cast_.database.write() as session:
        session.add_all(
            models.JournalRow(organisation_id="other", seq=seq, at=0, type="x", payload={})
            for seq in range(101, 106)
        )
    age_journal(cast_, 11)
    young = changes(cast_, 2)
    with cast_.database.read() as session:
        found = retention.KINDS["journal"].find(session, days_ago(cast_, 10))
    assert (len(found), len({organisation for organisation, _ in found})) == (3, 1)
    keeper(cast_).delete_old()
    assert ids(cast_, models.JournalRow, "seq") == {line.seq for line in young}


def test_a_page_that_lacks_deleted_entries_gets_a_new_snapshot(cast_: Cast) -> None:
    hub = Hub(cast_.database, cast(Fragments, Renders()), gather_seconds=0)
    hub.start()
    socket, stranger = (
        join(hub, "c", {"team:team"}),
        join(hub, "o", {"team:far"}, organisation="other"),
    )
    changes(cast_, 3)  # unannounced
    age_journal(cast_, 11)
    keeper(cast_).delete_old()
    hub.take(changes(cast_, 1))
    settle()
    assert (socket.goodbyes, socket.numbers, stranger.goodbyes) == ([1012], [], [])
    back = join(hub, "c", {"team:team"})
    news = changes(cast_, 1)
    hub.take(news)
    settle()
    assert back.numbers == [news[0].seq]


def whisper(id: str, call: str) -> models.Whisper:
    return models.Whisper(id=id, call_id=call, author_id="sam", sent_id=id, text="Hello", at=1)


def test_whispers_are_deleted_with_notes_and_with_calls(cast_: Cast) -> None:
    add(cast_, call(cast_, "gone", 11), call(cast_, "old", 4), call(cast_, "young", 2))
    add(cast_, *(whisper(f"to-{id}", id) for id in ("gone", "old", "young")))
    keeper(cast_, note=0).delete_old()
    assert ids(cast_, models.Whisper) == {"to-old", "to-young"}
    with cast_.database.write() as session:
        session.query(models.Call).update({"note": ""})
    keeper(cast_, note=3).delete_old()
    assert ids(cast_, models.Whisper) == {"to-young"}
    assert ids(cast_, models.Call) == {"old", "young"}


def test_old_availability_is_deleted_but_the_last_holds(cast_: Cast) -> None:
    rows = [("alice", 20), ("alice", 12), ("alice", 2), ("bob", 30), ("bob", 11)]
    add(
        cast_,
        *(
            models.AvailabilityChange(
                id=f"{agent}-{age}",
                organisation_id="home",
                agent_id=agent,
                at=days_ago(cast_, age),
                availability="away",
            )
            for agent, age in rows
        ),
    )
    keeper(cast_).delete_old()
    assert ids(cast_, models.AvailabilityChange) == {"alice-12", "alice-2", "bob-11"}
