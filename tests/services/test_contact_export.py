"""flask export-contacts: what it writes, import-contacts reads back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from console import create_app
from console.config import load_settings
from console.domain.contact_fields import ContactFields, fingerprint
from console.services.contact_edits import SeenContact, delete_contact, write_contact
from console.storage import contact_book, models
from console.storage.database import Database
from tests.cast import Cast, assemble

Run = Callable[..., Result]
ODD = (
    ContactFields("=HYPERLINK(1)", ("+84912345201",), "+Co", "a@b.vn", ("@x", "-y"), "", "=1\n=2"),
    ContactFields("'=quoted", ("+84912345202", "+6561234567"), "''@two", "", ("VIP",), "", "a;b,c"),
    ContactFields('Đặng "Bé" Thảo', ("+442071234567",), link="https://crm.example.com/?a=1;b"),
    ContactFields("'plain' name", ("+84912345204",), note="'tis\n\nfine"),
)


@pytest.fixture
def cast(database: Database) -> Cast:
    return assemble(database)


@pytest.fixture
def run(cast: Cast, database_url: str, tmp_path: Path) -> Iterator[Run]:
    settings = load_settings(
        {
            "CONSOLE_ENV": "development",
            "CONSOLE_DATABASE_URL": database_url,
            "CONSOLE_INSTANCE": str(tmp_path),
        }
    )
    app = create_app(settings)
    yield lambda *args: app.test_cli_runner().invoke(args=list(args))
    app.extensions["console"].database.close()


def user(cast: Cast, name: str) -> models.User:
    with cast.database.read() as session:
        return session.get_one(models.User, name)


def all_of(cast: Cast) -> dict[str, tuple[ContactFields, str | None]]:
    """Name → fields and owner of Home's contacts."""
    with cast.database.read() as session:
        rows = session.query(models.Contact).filter_by(organisation_id="home").all()
        return {row.name: (contact_book.fields_of(session, row), row.owner_id) for row in rows}


def test_an_exported_file_is_imported_as_it_was(cast: Cast, run: Run, tmp_path: Path) -> None:
    for n, fields in enumerate(ODD):
        write_contact(cast.units, user(cast, "alice"), None, fields, mine=bool(n % 2))
    before = all_of(cast)
    file = str(tmp_path / "contacts.csv")
    assert run("export-contacts", "Home", file).exit_code == 0
    again = run("import-contacts", "Home", file)
    assert again.output.startswith("0 added, 0 updated, 4 unchanged, 0 skipped.\n")
    for row in before.values():
        with cast.database.read() as session:
            found = session.query(models.Contact).filter_by(name=row[0].name).one()
            state = fingerprint(contact_book.fields_of(session, found), found.owner_id)
        delete_contact(cast.units, user(cast, "sam"), SeenContact(found.id, state))
    assert run("import-contacts", "Home", file).output.startswith("4 added")
    assert all_of(cast) == before


def test_no_cell_of_the_file_is_calculated(cast: Cast, run: Run) -> None:
    for fields in ODD:
        write_contact(cast.units, user(cast, "alice"), None, fields, mine=None)
    rows = [*csv.reader(io.StringIO(run("export-contacts", "Home").stdout.lstrip("\ufeff")))]
    assert len(rows) == 5
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(tuple("=+-@"))]


def test_a_file_has_the_contacts_of_one_organisation(cast: Cast, run: Run) -> None:
    write_contact(cast.units, user(cast, "olga"), None, ODD[3], mine=None)
    assert "plain" not in run("export-contacts", "Home").output
    assert "plain" in run("export-contacts", "Other").output
    assert run("export-contacts", "Nobody").exit_code == 1


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("An,0912345200,nobody,,,", "this is not an e-mail address"),
        ("An,0912345200,,javascript:alert(1),,", "this is not an https address"),
        (f"An,0912345200,,,{'x' * 31},", "this tag is longer"),
        (f"An,0912345200,,,{';'.join(map(str, range(11)))},", "a contact has at most 10 tags"),
        (f"An,0912345200,,,,{'x' * 5000}", "the note is longer"),
    ],
)
def test_a_bad_field_refuses_its_row_only(
    cast: Cast, run: Run, tmp_path: Path, cells: str, reason: str
) -> None:
    file = tmp_path / "contacts.csv"
    good = "Bình,0912345202,b@b.vn,https://crm.example.com,VIP; Huế,Ghi chú"
    file.write_text(f"tên,số,email,link,nhãn,ghi chú\n{cells}\n{good}\n", encoding="utf-8")
    result = run("import-contacts", "Home", str(file), "--skip-bad")
    assert f"Line 2: {reason}" in result.output
    assert "1 added, 0 updated, 0 unchanged, 1 skipped." in result.output
    [(fields, _owner)] = all_of(cast).values()
    assert (fields.tags, fields.note) == (("VIP", "Huế"), "Ghi chú")


def test_an_empty_cell_leaves_what_is_known(cast: Cast, run: Run, tmp_path: Path) -> None:
    known = ContactFields("An", ("+84912345201",), "Sao Mai", "a@b.vn", ("VIP",), note="Old")
    write_contact(cast.units, user(cast, "alice"), None, known, mine=None)
    file = tmp_path / "contacts.csv"
    file.write_text("name,number,company,email,note\nAn,0912345201,,,New\n", encoding="utf-8")
    assert "1 updated" in run("import-contacts", "Home", str(file)).output
    [(fields, _owner)] = all_of(cast).values()
    assert (fields.company, fields.tags, fields.note) == ("Sao Mai", ("VIP",), "New")
