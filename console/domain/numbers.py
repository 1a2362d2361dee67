"""Telephone numbers: E.164 where it is one, the extension otherwise, never an invented one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import unquote

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

LONGEST_EXTENSION = 6  # a longer one may be a number of the public network
LONGEST = 15  # E.164


class NumberFault(StrEnum):
    """The reason why a text cannot be dialled; `views/number_texts.py` has its texts."""

    empty = "empty"
    letters = "letters"
    tail = "tail"
    invalid = "invalid"
    too_long = "too_long"
    extension = "extension"  # only where a number of the public network is asked for


class BadNumber(ValueError):
    def __init__(self, code: NumberFault) -> None:
        super().__init__(code.value)
        self.code = code


@dataclass(frozen=True, slots=True)
class Dialled:
    """A number to dial: either `e164` or `extension`, and its written form."""

    e164: str | None
    extension: str | None
    shown: str

    @property
    def number(self) -> str:
        return self.e164 or self.extension or ""


def parse(text: str, region: str) -> Dialled:
    """Reads a typed or pasted number; BadNumber if it cannot be dialled as it stands."""
    typed = _tidy(text)
    if fault := next((fault for pattern, fault in _FAULTS if pattern.search(typed)), None):
        raise BadNumber(fault)
    digits = re.sub(r"[^\d+*#]", "", typed)
    if e164 := _e164(typed, digits, region):
        return Dialled(e164, None, shown(e164, region))
    if digits.startswith("+"):
        raise BadNumber(NumberFault.invalid)
    if len(digits) > LONGEST:
        raise BadNumber(NumberFault.too_long)
    return Dialled(None, digits, digits)


def public_number(text: str, region: str) -> str:
    """Reads a typed E.164 number; BadNumber for anything else, an extension included."""
    number = parse(text, region)
    if number.e164 is None:
        raise BadNumber(
            NumberFault.extension
            if len(number.number) <= LONGEST_EXTENSION
            else NumberFault.invalid
        )
    return number.e164


def remote_number(text: str, region: str) -> str:
    """A number that a provider reported, in one form for comparison; empty if it was withheld."""
    try:
        return parse(text, region).number
    except BadNumber:
        kept = text.strip()
        return "" if kept.lower() in _WITHHELD else kept


@lru_cache(maxsize=4096)
def shown(number: str, region: str) -> str:
    """A stored number in written form: national for the region's own country.

    Extensions stay unchanged.
    """
    if not number.startswith("+"):
        return number
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return number
    at_home = phonenumbers.country_code_for_region(region) == parsed.country_code
    return phonenumbers.format_number(
        parsed, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    )


def _tidy(text: str) -> str:
    """The text with plain digits, without invisible characters and a leading "tel:" or "SĐT:"."""
    plain = unicodedata.normalize("NFKC", unquote(text))
    visible = "".join(
        letter for letter in plain if unicodedata.category(letter) not in ("Cf", "Cc")
    )
    digits = "".join(str(unicodedata.decimal(letter, letter)) for letter in visible)
    return re.sub(r"^\s*[^\W\d]+\.?\s*:\s*(?://)?", "", digits).strip()


# In this order. A tail (extension after a number, tones after a pause) would be dialled as part of
# the number or be lost.
_FAULTS = (
    (
        re.compile(
            r"[\d)]\s*(?:[,;]|(?:ext|extension|x|p|w|máy lẻ|nội bộ)\.?\s*\d)", re.IGNORECASE
        ),
        NumberFault.tail,
    ),
    (re.compile(r"[^\W\d_]"), NumberFault.letters),
    (re.compile(r"^[^\d*#]*$"), NumberFault.empty),
    (re.compile(r"^[^*#]*\d[^*#]*[*#]"), NumberFault.tail),
    (re.compile(r"[\d+*#].*\+|[^\d\s+*#()<>\[\]./·\-–—‐‑−]"), NumberFault.invalid),
)
_WITHHELD = frozenset(
    {"", "anonymous", "unknown", "restricted", "private", "withheld", "unavailable", "asserted"}
)


def _e164(typed: str, digits: str, region: str) -> str | None:
    if re.search(r"[*#]", digits) or (
        len(digits) <= LONGEST_EXTENSION and not digits.startswith("+")
    ):
        return None
    parsed = _parsed(typed, region) or _parsed(digits, region)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164) if parsed else None


def _parsed(text: str, region: str) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None
