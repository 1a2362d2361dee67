"""flask import-contacts: a file is imported whole or not at all, and never twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import Engine, event

from console import create_app
from console.config import load_settings
from console.storage import contact_changes, contacts, models
from console.storage.database import Database
from tests.cast import CONNECTION, assemble

START = 1_790_000_000_000
Run = Callable[..., Result]


@pytest.fixture
def database(database: Database) -> Database:
    assemble(database)
    return database


@pytest.fixture
def run(database: Database, database_url: str, tmp_path: Path) -> Iterator[Run]:
    """run("name,number…", "--skip-bad"): the command with a file of this text, for the organisation
    Home.
    """
    settings = load_settings(
        {
            "CONSOLE_ENV": "development",
            "CONSOLE_DATABASE_URL": database_url,
            "CONSOLE_INSTANCE": str(tmp_path),
        }
    )
    app = create_app(settings)

    def command(text: str | bytes, *options: str, organisation: str = "Home") -> Result:
        file = tmp_path / "contacts.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return app.test_cli_runner().invoke(
            args=["import-contacts", organisation, str(file), *options]
        )

    yield command
    app.extensions["console"].database.close()


def all_of(database: Database, organisation: str = "home") -> dict[str, tuple[list[str], str]]:
    """Name → numbers and the owner's user name."""
    with database.read() as session:
        rows = (
            session.query(models.Contact)
            .filter_by(organisation_id=organisation)
            .order_by(models.Contact.id)
            .all()
        )
        return {
            row.name: (sorted(contacts.numbers_of(session, row.id)), row.owner_id or "")
            for row in rows
        }


def call(database: Database, number: str, name: str = "", state: str = "ended") -> str:
    with database.write() as session:
        row = models.Call(
            id=models.new_id(),
            conversation_id="c",
            organisation_id="home",
            connection_id=CONNECTION,
            agent_id="alice",
            direction="inbound",
            number=number,
            name=name,
            state=state,
            started_at=START,
            last_seen_at=START,
            client_call_id=models.new_id(),
        )
        session.add(row)
        return row.id


def name_of(database: Database, call: str) -> str:
    with database.read() as session:
        return session.get_one(models.Call, call).name


FILE = (
    "Tên,Số điện thoại,SĐT 2,Người phụ trách\nNguyễn Văn An,0912345200,02838221234,alice\nTrần Thị"
    " Bình,0987654200,,\n"
)
IMPORTED = {
    "Nguyễn Văn An": (["+842838221234", "+84912345200"], "alice"),
    "Trần Thị Bình": (["+84987654200"], ""),
}


def test_import_reports_its_counts(database: Database, run: Run) -> None:
    done = run(FILE)
    assert (done.exit_code, done.stdout) == (0, "2 added, 0 updated, 0 unchanged, 0 skipped.\n")
    assert all_of(database) == IMPORTED
    assert all_of(database, "other") == {}


def test_second_import_of_a_file_changes_nothing(database: Database, run: Run) -> None:
    run(FILE)
    assert run(FILE).stdout == "0 added, 0 updated, 2 unchanged, 0 skipped.\n"
    assert all_of(database) == IMPORTED


def test_newer_file_updates_and_removes_nothing(database: Database, run: Run) -> None:
    run(FILE)
    newer = (
        "name,number,owner\nNguyễn Văn An,0912345200,bob\nTrần Thị Bích,0987654200,\nTrần Thị"
        " Bích,0903000111;0987654200,\n"
    )
    assert run(newer).stdout == "0 added, 3 updated, 0 unchanged, 0 skipped.\n"
    assert all_of(database) == {
        "Nguyễn Văn An": (["+842838221234", "+84912345200"], "bob"),
        "Trần Thị Bích": (["+84903000111", "+84987654200"], ""),
    }


def test_import_leaves_an_audit_trail(database: Database, run: Run) -> None:
    run("name,number,owner\nAn,0912345678,alice\n")
    run("name,number,number 2,owner\nVăn An,0912345678,0987654321,bob\n")
    with database.read() as session:
        contact = session.query(models.Contact).filter_by(organisation_id="home").one().id
        trace = contact_changes.last(session, "home", [contact], 10)[contact]
        assert contact_changes.last(session, "other", [contact], 10) == {contact: []}
    assert [(each.what, each.before, each.after, each.who) for each in trace] == [
        ("owner", "Alice", "Bob", ""),
        ("name", "An", "Văn An", ""),
        ("number", "", "+84987654321", ""),
    ]


def test_hostile_rows_do_not_stop_good_ones(database: Database, run: Run) -> None:
    hostile = (
        "A\x00n,0912345200,\nBình,0987\x00654200,\nHà,0938111200,\x00\n\x00,0938111201,\n'; DROP"
        " TABLE contacts,\x1b[31m,\n"
    )
    done = run("name,number,owner\n" + hostile + "Minh,0938111299,\n", "--skip-bad")
    assert done.exit_code == 0, done.output
    assert {"An", "Minh"} <= set(all_of(database)) <= {"An", "Bình", "Minh"}


def test_contacts_that_share_a_number_stay_two(database: Database, run: Run) -> None:
    family = "name,number\nAn,0912345200\nHoa,0912345200\n"
    assert run(family).output.startswith("2 added")
    assert run(family).stdout == "0 added, 0 updated, 2 unchanged, 0 skipped.\n"
    assert list(all_of(database)) == ["An", "Hoa"]


def test_import_corrects_a_name_saved_by_hand(database: Database, run: Run) -> None:
    with database.write() as session:
        contacts.add(session, "home", "anh an (vip)", ["+84912345200"], "alice")
    assert run("name,number\nNguyễn Văn An,0912345200\n").output.startswith("0 added, 1 updated")
    assert all_of(database) == {"Nguyễn Văn An": (["+84912345200"], "alice")}


BAD = "name,number,owner\nAn,0912345200,\n,0912345201,\nBình,1002,\nHà,0938111200,olga\nMinh,abc,\n"


def test_bad_rows_are_reported_and_stop_the_import(database: Database, run: Run) -> None:
    done = run(BAD)
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "Line 3: there is no name: –",
        "Line 4: this is an extension, not a telephone number: 1002",
        "Line 5: no user of the organisation has this user name: olga",
        "Line 6: a number has no letters: abc",
        "Error: 4 bad rows. Nothing was changed; --skip-bad imports the others.",
    ]
    assert all_of(database) == {}


def test_bad_rows_can_be_skipped(database: Database, run: Run) -> None:
    done = run(BAD, "--skip-bad")
    assert (done.exit_code, done.stdout) == (0, "1 added, 0 updated, 0 unchanged, 4 skipped.\n")
    assert sum(line.startswith("Line ") for line in done.stderr.splitlines()) == 4
    assert list(all_of(database)) == ["An"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tên\nAn\n", "no heading number"),
        ("name,number\nBình,0912\n".encode("utf-16"), "not UTF-8"),
        ('name,number\n"An,09\n', "Line 2 cannot be read"),
    ],
)
def test_unreadable_file_changes_nothing(
    database: Database, run: Run, text: str | bytes, words: str
) -> None:
    done = run(text)
    assert done.exit_code == 1
    assert words in done.output and "Nothing was changed." in done.output
    assert all_of(database) == {}


def test_unknown_organisation_is_reported(run: Run) -> None:
    done = run(FILE, organisation="Nowhere")
    assert done.exit_code == 1
    assert "There is no organisation 'Nowhere'." in done.output


def test_failed_import_changes_nothing(database: Database, run: Run) -> None:
    """The second of two statements is refused by the database."""
    run("name,number\nKnown,0903000111\n")
    theirs = (
        "CREATE TRIGGER no BEFORE INSERT ON contact_numbers BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    ours = "ALTER TABLE contact_numbers ADD CONSTRAINT no CHECK (number = '+84903000111')"
    with database.engine.begin() as connection:
        connection.exec_driver_sql(theirs if database.is_sqlite else ours)
    assert run(FILE).exit_code != 0
    assert list(all_of(database)) == ["Known"]


def test_unnamed_calls_get_imported_names(database: Database, run: Run) -> None:
    nameless, open_one = (
        call(database, "+84912345200"),
        call(database, "+84987654200", state="active"),
    )
    named = call(database, "+84987654200", name="Khách VIP", state="active")
    run(FILE)
    assert [name_of(database, each) for each in (nameless, open_one, named)] == [
        "Nguyễn Văn An",
        "Trần Thị Bình",
        "Khách VIP",
    ]
    run("name,number\nNguyễn Văn Ân,0912345200\n")
    assert name_of(database, nameless) == "Nguyễn Văn Ân"


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that go to any database meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


def test_ten_thousand_rows_take_few_statements(database: Database, run: Run) -> None:
    for n in range(0, 10_000, 100):
        call(database, f"+8491{n + 1_000_000:07d}")
    text = "Tên,Số điện thoại\n" + "".join(
        f"Khách hàng số {n},091{n + 1_000_000:07d}\n" for n in range(10_000)
    )
    for expected in ("10000 added, 0 updated, 0 unchanged", "0 added, 0 updated, 10000 unchanged"):
        with statements() as sent:
            assert run(text).stdout == f"{expected}, 0 skipped.\n"
        assert len(sent) < 200
        # A busy machine computes for longer than PostgreSQL waits for the next statement.
        assert database.is_sqlite is not any("set_config" in each for each in sent)
    with database.read() as session:
        assert session.query(models.Contact).filter_by(organisation_id="home").count() == 10_000
        assert (
            session.query(models.Call).filter(models.Call.name.like("Khách hàng số %")).count()
            == 100
        )
