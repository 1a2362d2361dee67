"""What is older than the settings say goes, some rows at a time; nothing goes that a call or a page
still needs.
"""

from __future__ import annotations

import json
from typing import Any, cast

import gevent
import pytest

from console.config import Settings, SettingsError, load_settings
from console.realtime.fragments import Fragments
from console.realtime.hub import Hub
from console.realtime.retention import Housekeeping
from console.storage import journal, models, retention
from console.storage.accounts import DAY, HOUR, Accounts, SessionAge
from console.storage.database import Database
from tests.cast import CONNECTION, FOREIGN, Cast, assemble
from tests.realtime.test_hub import Renders, join, settle


@pytest.fixture
def cast_(database: Database) -> Cast:
    return assemble(database)


def keeper(cast_: Cast, **kept: float) -> Housekeeping:
    """All is kept for ten days, but what is named."""
    days = {
        f"keep_{name}_days": 10.0
        for name in (
            "journal",
            "unknown_event",
            "lease_history",
            "client",
            "call",
            "note",
            "contact_change",
        )
    }
    settings = Settings(**{**days, **{f"keep_{name}_days": value for name, value in kept.items()}})
    accounts = Accounts(cast_.database, SessionAge(whole=30 * DAY, idle=12 * HOUR))
    return Housekeeping(cast_.database, accounts, settings, pause=lambda: gevent.sleep(0))


def add(cast_: Cast, *rows: Any) -> None:
    with cast_.database.write() as session:
        for row in rows:
            session.add(row)
            session.flush()


def days_ago(cast_: Cast, days: float) -> int:
    with cast_.database.read() as session:
        return cast_.database.now(session) - round(days * DAY)


def call(
    cast_: Cast, id: str, age: float, state: str = "ended", conversation: str = "", **facts: Any
) -> models.Call:
    at = days_ago(cast_, age)
    return models.Call(
        **{
            "id": id, "conversation_id": conversation or id, "organisation_id": "home", "connection_id": CONNECTION, "agent_id": "alice",
            "client_call_id": id, "direction": "inbound", "state": state, "started_at": at, "last_seen_at": at, "hold_marks": [], "mute_marks": [],
            "note": "a note", **facts,
        }
    )  # fmt: skip


def ids(cast_: Cast, kind: Any, column: str = "id") -> set[Any]:
    with cast_.database.read() as session:
        return {getattr(row, column) for row in session.query(kind)}


def test_old_calls_go_with_their_ids_and_no_call_of_a_conversation_that_goes_on(
    cast_: Cast,
) -> None:
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
    keeper(cast_).clean()
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


def test_notes_go_and_their_calls_stay(cast_: Cast) -> None:
    add(cast_, call(cast_, "old", 4), call(cast_, "young", 2), call(cast_, "open", 4, "active"))
    keeper(cast_, note=3).clean()
    with cast_.database.read() as session:
        assert {row.id: row.note for row in session.query(models.Call)} == {
            "old": "",
            "young": "a note",
            "open": "a note",
        }


def test_nothing_goes_where_nought_says_for_ever(cast_: Cast) -> None:
    add(cast_, call(cast_, "ancient", 5000))
    keeper(cast_, call=0, note=0).clean()
    with cast_.database.read() as session:
        assert session.query(models.Call).one().note == "a note"


def test_clients_go_but_those_that_are_connected_hold_the_phone_or_carry_a_call(
    cast_: Cast,
) -> None:
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
    keeper(cast_).clean()
    assert ids(cast_, models.Client) == {"recent", "connected", "carrier", "holder"}
    assert ids(cast_, models.LineState, "client_id") == {"recent"}


def test_the_history_of_a_lease_goes_but_its_newest_part_and_the_epochs_of_open_calls(
    cast_: Cast,
) -> None:
    cast_.holds("alice", "c", 40)
    granted = days_ago(cast_, 11)
    epochs = [
        models.LeaseEpoch(agent_id="alice", epoch=epoch, client_id="c", granted_at=granted)
        for epoch in range(1, 40)
    ]
    add(cast_, *epochs, call(cast_, "open", 11, "active", epoch=7))
    keeper(cast_).clean()
    assert ids(cast_, models.LeaseEpoch, "epoch") == {7, *range(25, 41)}


def test_events_that_nobody_understood_go(cast_: Cast) -> None:
    add(
        cast_,
        *(
            models.UnknownEvent(
                id=f"{age}", organisation_id="home", at=days_ago(cast_, age), payload={}
            )
            for age in (11, 9)
        ),
    )
    keeper(cast_).clean()
    assert ids(cast_, models.UnknownEvent) == {"9"}


def test_who_changed_a_contact_goes_and_the_contact_stays(cast_: Cast) -> None:
    add(
        cast_,
        models.Contact(id="an", organisation_id="home", name="An", search="an"),
        models.Contact(id="far", organisation_id="other", name="Far", search="far"),
        *(change(cast_, id, contact, of, age) for id, contact, of, age in CHANGED),
    )
    keeper(cast_, contact_change=0).clean()
    assert ids(cast_, models.ContactChange) == {"old", "young", "olgas-old", "olgas-young"}
    keeper(cast_).clean()
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
    cast_.lines.clear()
    for _ in range(count):
        with cast_.units.begin("home") as unit:
            unit.agent_changed("alice")
    return list(cast_.lines)


def age_journal(cast_: Cast, days: float) -> None:
    with cast_.database.write() as session:
        session.query(models.JournalRow).update({"at": days_ago(cast_, days)})


def test_the_journals_numbers_go_on_after_its_lines_are_gone(cast_: Cast) -> None:
    last = changes(cast_, 5)[-1].seq
    age_journal(cast_, 11)
    young = changes(cast_, 2)
    keeper(cast_).clean()
    assert ids(cast_, models.JournalRow, "seq") == {line.seq for line in young}
    age_journal(cast_, 11)
    keeper(cast_).clean()
    assert ids(cast_, models.JournalRow, "seq") == set()
    assert changes(cast_, 1)[0].seq == last + 3


def test_one_look_reads_old_lines_of_one_organisation(
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
    keeper(cast_).clean()
    assert ids(cast_, models.JournalRow, "seq") == {line.seq for line in young}


def test_a_page_that_lacks_lines_which_are_gone_comes_back_to_a_snapshot(cast_: Cast) -> None:
    hub = Hub(cast_.database, cast(Fragments, Renders()), gather_seconds=0)
    hub.start()
    ear, stranger = (
        join(hub, "c", {"team:team"}),
        join(hub, "o", {"team:far"}, organisation="other"),
    )
    changes(cast_, 3)  # nobody announces them here
    age_journal(cast_, 11)
    keeper(cast_).clean()
    hub.take(changes(cast_, 1))
    settle()
    assert (ear.goodbyes, ear.numbers, stranger.goodbyes) == ([1012], [], [])
    back = join(hub, "c", {"team:team"})
    news = changes(cast_, 1)
    hub.take(news)
    settle()
    assert back.numbers == [news[0].seq]


def test_much_is_deleted_in_small_transactions_with_a_pause_after_each(cast_: Cast) -> None:
    add(cast_, *(call(cast_, f"{n:04}", 11) for n in range(225)))
    left, pauses = list[int](), list[int]()
    made = keeper(cast_, note=0)

    def pause() -> None:
        pauses.append(1)
        left.append(len(ids(cast_, models.Call)))

    made._pause = pause
    made.clean()
    assert left == [175, 125, 75, 25, 0]


def test_one_worker_does_the_days_work(cast_: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    workers = {name: keeper(cast_) for name in ("one", "two")}
    for name, worker in workers.items():
        monkeypatch.setattr(worker, "clean", lambda name=name: done.append(name))
    for worker in [*workers.values(), *workers.values()]:
        worker.look()
    assert done == ["one"]


def test_a_days_work_that_could_not_begin_is_tried_again(
    cast_: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(cast_, call(cast_, "old", 11))
    made = keeper(cast_)
    with monkeypatch.context() as away:
        away.setattr(made, "_accounts", None)  # the database does not answer
        with pytest.raises(AttributeError):
            made.look()
    made.look()
    assert ids(cast_, models.Call) == set()


def test_a_kind_of_rows_that_fails_keeps_no_other(
    cast_: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(cast_, call(cast_, "old", 11))
    made = keeper(cast_)
    remove = made._remove_some

    def broken(kind: Any, before: int) -> Any:
        if kind.find.__name__ == "_find_lines":
            raise ValueError(json.dumps({}))
        return remove(kind, before)

    monkeypatch.setattr(made, "_remove_some", broken)
    made.clean()
    assert ids(cast_, models.Call) == set()


@pytest.mark.parametrize(
    ("name", "days"), [("JOURNAL", "0.5"), ("LEASE_HISTORY", "5"), ("CALL", "-1")]
)
def test_a_time_that_would_harm_is_refused(name: str, days: str) -> None:
    with pytest.raises(SettingsError, match="KEEP"):
        load_settings({"CONSOLE_ENV": "development", f"CONSOLE_KEEP_{name}_DAYS": days})
