"""Contacts from a CSV file: each row is read, or refused with its line and the reason."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .contact_fields import ContactFields, FieldFault, read_fields
from .contacts import search_key
from .numbers import NumberFault
from .spreadsheet_cells import unmarked_cell


class RowFault(StrEnum):
    """The reason why a row is refused, beside the faults of its fields and numbers."""

    unknown_owner = "unknown_owner"
    too_many_fields = "too_many_fields"


class UnreadableFile(ValueError):
    """The file as a whole cannot be read; the message has the reason."""


@dataclass(frozen=True, slots=True)
class Row:
    """One contact. `owner`: a user name, or an empty text. Empty fields stay as they are."""

    line: int
    fields: ContactFields
    owner: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A refused row. `about`: the faulty text."""

    line: int
    fault: RowFault | FieldFault | NumberFault
    about: str


# A heading without case, diacritics and final digits: "Số điện thoại 2" is another "so dien thoai".
_HEADINGS = {
    "name": (
        "name",
        "full name",
        "customer",
        "contact",
        "ten",
        "ho ten",
        "ho va ten",
        "ten khach hang",
        "khach hang",
        "ten lien he",
    ),
    "numbers": (
        *("number", "numbers", "phone", "phones", "phone number", "telephone", "mobile", "tel"),
        *("so", "so dien thoai", "dien thoai", "sdt", "so dt", "dt", "di dong", "so di dong"),
    ),
    "owner": (
        "owner",
        "agent",
        "nguoi phu trach",
        "phu trach",
        "nhan vien",
        "nhan vien phu trach",
        "tong dai vien",
    ),
    "company": ("company", "organisation", "organization", "cong ty", "ten cong ty", "to chuc"),
    "email": ("email", "e-mail", "mail", "email address", "thu dien tu"),
    "tags": ("tags", "tag", "labels", "label", "nhan", "the"),
    "link": ("link", "crm", "crm link", "url", "lien ket", "lien ket crm"),
    "note": ("note", "notes", "ghi chu"),
}
_KIND = {heading: kind for kind, headings in _HEADINGS.items() for heading in headings}
# Cells of the same kind in one row become one text; without a word here, the first one counts.
_JOINED = {"name": " ", "numbers": ";", "tags": ";", "note": "\n"}


def read(data: bytes, region: str) -> tuple[list[Row], list[BadRow]]:
    """The good rows and the bad ones, both in the order of the file.

    UnreadableFile if a heading for names or numbers is missing.
    """
    lines = _lines(_text(data))
    _, head = next(lines, (1, []))
    kinds = [_KIND.get(re.sub(r"[\s\d]+$", "", search_key(cell))) for cell in head]
    for wanted, words in (("name", "name (tên)"), ("numbers", "number (số điện thoại)")):
        if wanted not in kinds:
            raise UnreadableFile(f"The first line has no heading {words}.")
    good: list[Row] = []
    bad: list[BadRow] = []
    for line, cells in lines:
        if any(cell.strip() for cell in cells):
            row = _row(line, kinds, cells, region)
            if isinstance(row, Row):
                good.append(row)
            else:
                bad.append(row)
    return good, bad


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            f"Line {line} is not UTF-8. Save the file as “CSV UTF-8” and try again."
        ) from None


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, cells) of each row.

    Spreadsheets separate by commas, semicolons or tabs, depending on the country.
    """
    first = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True
    )
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile(
            f"Line {begins} cannot be read: {error}. Is a quotation mark missing, or too many?"
        ) from None


def _row(line: int, kinds: list[str | None], cells: list[str], region: str) -> Row | BadRow:
    given: dict[str, str] = {}
    for kind, cell in zip(kinds, cells, strict=False):
        text = unmarked_cell(cell.strip())
        if kind is None or not text.strip():
            continue
        if kind not in given:
            given[kind] = text
        elif kind in _JOINED:
            given[kind] += _JOINED[kind] + text
    read = read_fields(given, region)
    if any(cell.strip() for cell in cells[len(kinds) :]):
        return BadRow(line, RowFault.too_many_fields, read.fields.name)
    for bad in read.faults.values():
        return BadRow(line, bad.fault, bad.about or read.fields.name)
    return Row(line, read.fields, given.get("owner", ""))
