"""The fields of a contact: read from what people type, compared, and joined for a merge."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from .contacts import LONGEST_NAME, clean_name, name_key, search_key
from .numbers import BadNumber, NumberFault, public_number

LONGEST_COMPANY: Final = 200
LONGEST_EMAIL: Final = 254
LONGEST_TAG: Final = 30
MOST_TAGS: Final = 10
LONGEST_LINK: Final = 1000
LONGEST_NOTE: Final = 4000
MOST_NUMBERS: Final = 20
_LONGEST_SEARCH = 500  # an index of PostgreSQL has no room for more
_EMAIL = re.compile(r"[^\s@<>(),;:\"\\]+@[^\s@<>(),;:\"\\.]+(\.[^\s@<>(),;:\"\\.]+)+")
_SEVERAL = re.compile(r"[,;\n]")
_NUMBERS = re.compile(r"[;,/\n\r]")
# They turn the direction of what follows, beyond the note.
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class FieldFault(StrEnum):
    """The reason why a field is refused, beside the faults of its numbers."""

    no_name = "no_name"
    long_name = "long_name"
    known_name = "known_name"
    no_number = "no_number"
    many_numbers = "many_numbers"
    company = "company"
    email = "email"
    many_tags = "many_tags"
    long_tag = "long_tag"
    link = "link"
    note = "note"


class BadField(ValueError):
    """`about`: the faulty part of the text, shortened."""

    def __init__(self, fault: FieldFault | NumberFault, about: str = "") -> None:
        super().__init__(fault.value)
        self.fault, self.about = fault, about[:40]


@dataclass(frozen=True, slots=True)
class ContactFields:
    """The kept fields of a contact; numbers in E.164."""

    name: str = ""
    numbers: tuple[str, ...] = ()
    company: str = ""
    email: str = ""
    tags: tuple[str, ...] = ()
    link: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReadFields:
    """`faults`: field → its fault. The faulty fields of `fields` are empty."""

    fields: ContactFields
    faults: Mapping[str, BadField]


def read_name(text: str) -> str:
    name = clean_name(text)
    if not name or len(name) > LONGEST_NAME:
        raise BadField(FieldFault.long_name if name else FieldFault.no_name, name)
    return name


def read_numbers(text: str, region: str) -> tuple[str, ...]:
    """Numbers between line ends, commas, semicolons or slashes."""
    found: list[str] = []
    for part in filter(None, map(str.strip, _NUMBERS.split(text))):
        try:
            found.append(public_number(part, region))
        except BadNumber as error:
            raise BadField(error.code, part) from None
    numbers = tuple(dict.fromkeys(found))
    if not numbers or len(numbers) > MOST_NUMBERS:
        raise BadField(FieldFault.many_numbers if numbers else FieldFault.no_number)
    return numbers


def read_company(text: str) -> str:
    return _short(clean_name(text), LONGEST_COMPANY, FieldFault.company)


def read_email(text: str) -> str:
    email = clean_name(text)
    if email and not _EMAIL.fullmatch(email):
        raise BadField(FieldFault.email, email)
    return _short(email, LONGEST_EMAIL, FieldFault.email)


def read_tags(text: str) -> tuple[str, ...]:
    """Tags between commas, semicolons or line ends; each once, whatever its case."""
    tags = _each_once(map(clean_name, _SEVERAL.split(text)))
    for tag in tags:
        _short(tag, LONGEST_TAG, FieldFault.long_tag)
    if len(tags) > MOST_TAGS:
        raise BadField(FieldFault.many_tags)
    return tags


def read_link(text: str) -> str:
    """An address of the web with https; it is shown to people who may follow it."""
    link = text.strip()
    try:
        parts = urlsplit(link)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise BadField(FieldFault.link, link) from None
    plain = link.isprintable() and not re.search(r"[\s\\<>\"]", link)
    if link and not (parts.scheme == "https" and host and "@" not in parts.netloc and plain):
        raise BadField(FieldFault.link, clean_name(link))
    return _short(link, LONGEST_LINK, FieldFault.link)


def read_note(text: str) -> str:
    """Several lines, without control characters."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    note = "".join(letter for letter in lines if letter in "\n\t" or _is_written(letter)).strip()
    return _short(note, LONGEST_NOTE, FieldFault.note)


def _is_written(letter: str) -> bool:
    return letter not in _DIRECTIONS and unicodedata.category(letter) not in ("Cc", "Cs", "Cn")


def _short(text: str, longest: int, fault: FieldFault) -> str:
    if len(text) > longest:
        raise BadField(fault, text)
    return text


def _each_once(texts: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for text in filter(None, texts):
        found.setdefault(name_key(text), text)
    return tuple(found.values())


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "name": read_name,
    "company": read_company,
    "email": read_email,
    "tags": read_tags,
    "link": read_link,
    "note": read_note,
}
FIELDS: Final = ("name", "numbers", "company", "email", "tags", "link", "note")


def read_fields(given: Mapping[str, str], region: str) -> ReadFields:
    """The fields as they came from a form or a file."""
    readers: dict[str, Callable[[str], Any]] = {
        **_READERS,
        "numbers": lambda text: read_numbers(text, region),
    }
    found, faults = dict[str, Any](), dict[str, BadField]()
    for name in FIELDS:
        try:
            found[name] = readers[name](given.get(name, ""))
        except BadField as bad:
            faults[name] = bad
    return ReadFields(ContactFields(**found), faults)


def fingerprint(fields: ContactFields, owner: str | None) -> str:
    """Equal while nothing of the contact has changed. Forms carry it, to notice others' edits."""
    state = [asdict(replace(fields, numbers=tuple(sorted(fields.numbers)))), owner or ""]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()[:32]


def search_text(fields: ContactFields) -> str:
    """The words that find a contact, beside its numbers; the name comes first, for the order."""
    words = " ".join((fields.name, fields.company, *fields.tags))
    return search_key(words)[:_LONGEST_SEARCH]


def merged(kept: ContactFields, other: ContactFields) -> ContactFields:
    """Both as one: numbers, tags and notes of both, empty fields filled from the other.

    BadField where they are too many or too long together.
    """
    notes = dict.fromkeys(note for note in (kept.note, other.note) if note)
    both = ContactFields(
        kept.name,
        tuple(dict.fromkeys((*kept.numbers, *other.numbers))),
        kept.company or other.company,
        kept.email or other.email,
        _each_once((*kept.tags, *other.tags)),
        kept.link or other.link,
        "\n\n".join(notes),
    )
    if len(both.numbers) > MOST_NUMBERS:
        raise BadField(FieldFault.many_numbers)
    if len(both.tags) > MOST_TAGS:
        raise BadField(FieldFault.many_tags)
    _short(both.note, LONGEST_NOTE, FieldFault.note)
    return both


def lost_by_merge(kept: ContactFields, other: ContactFields) -> dict[str, str]:
    """Field → what the other has there and the merged contact has not."""
    one_value: Collection[str] = ("name", "company", "email", "link")
    pairs = {name: (getattr(kept, name), getattr(other, name)) for name in one_value}
    return {
        name: theirs for name, (ours, theirs) in pairs.items() if theirs and ours and theirs != ours
    }
