"""Contacts from a CSV file: each row is read, or refused with its line and the reason."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .contacts import LONGEST_NAME, clean_name, search_key
from .numbers import BadNumber, NumberFault, public_number


class RowFault(StrEnum):
    """The reason why a row is refused, beside the faults of its numbers."""

    no_name = "no_name"
    long_name = "long_name"
    no_number = "no_number"
    unknown_owner = "unknown_owner"
    too_many_fields = "too_many_fields"


class UnreadableFile(ValueError):
    """The file as a whole cannot be read; the message has the reason."""


@dataclass(frozen=True, slots=True)
class Row:
    """One contact. `owner`: a user name, or an empty text."""

    line: int
    name: str
    numbers: tuple[str, ...]
    owner: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A refused row. `about`: the faulty text."""

    line: int
    fault: RowFault | NumberFault
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
    "number": (
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
}
_KIND = {heading: kind for kind, headings in _HEADINGS.items() for heading in headings}
_SEVERAL = re.compile(r"[;,/\n]")


def read(data: bytes, region: str) -> tuple[list[Row], list[BadRow]]:
    """The good rows and the bad ones, both in the order of the file.

    UnreadableFile if a heading for names or numbers is missing.
    """
    lines = _lines(_text(data))
    _, head = next(lines, (1, []))
    kinds = [_KIND.get(re.sub(r"[\s\d]+$", "", search_key(cell))) for cell in head]
    for wanted, words in (("name", "name (tên)"), ("number", "number (số điện thoại)")):
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
    given = [(kind, cell.strip()) for kind, cell in zip(kinds, cells, strict=False) if cell.strip()]
    name = clean_name(" ".join(cell for kind, cell in given if kind == "name"))
    if any(cell.strip() for cell in cells[len(kinds) :]):
        return BadRow(line, RowFault.too_many_fields, name)
    if not name or len(name) > LONGEST_NAME:
        return BadRow(line, RowFault.long_name if name else RowFault.no_name, name[:40])
    numbers: list[str] = []
    for text in (
        part.strip()
        for kind, cell in given
        if kind == "number"
        for part in _SEVERAL.split(cell)
        if part.strip()
    ):
        try:
            numbers.append(public_number(text, region))
        except BadNumber as error:
            return BadRow(line, error.code, text)
    if not numbers:
        return BadRow(line, RowFault.no_number, name)
    owner = next((cell for kind, cell in given if kind == "owner"), "")
    return Row(line, name, tuple(dict.fromkeys(numbers)), owner)
