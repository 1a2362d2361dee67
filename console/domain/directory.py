"""What a person types to find somebody: part of a name, or of a number."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import phonenumbers

from .contacts import search_key

SHORTEST = 2  # characters; fewer find too many
_LONGEST = 100
_DIGITS = re.compile(r"[+(]*\d[\d().\-]*")  # a word that is part of a number


@dataclass(frozen=True, slots=True)
class DirectoryQuery:
    """The beginnings of words, without case and marks, or digits; or both, as in "bob 1002".

    `letters`: the words that are no digits; `number`: the beginning of a number in E.164, where the
    digits say so; else the digits may stand anywhere in a number.
    """

    words: tuple[str, ...] = ()
    digits: str = ""
    number: str = ""
    letters: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.digits)

    def fits(self, name: str, extension: str) -> bool:
        """Whether each word begins a word of the name, or the digits begin the extension and the
        other words fit the name.
        """
        parts = search_key(name).split()
        by_number = bool(self.digits) and extension.startswith(self.digits)
        by_name = bool(self.words) and _begin(self.words, parts)
        return by_name or (by_number and _begin(self.letters, parts))


def _begin(words: Iterable[str], parts: Collection[str]) -> bool:
    """Whether each word begins a part."""
    return all(any(part.startswith(word) for part in parts) for word in words)


def read_query(text: str, region: str) -> DirectoryQuery:
    """The query in a typed text; empty when it is too short to find anybody."""
    typed = text.strip()[:_LONGEST]
    if len(typed) < SHORTEST:
        return DirectoryQuery()
    if any(letter.isalpha() for letter in typed):
        words = tuple(search_key(typed).split())
        numbers = [word for word in words if _DIGITS.fullmatch(word)]
        return replace(
            _digits_query(" ".join(numbers), region),
            words=words,
            letters=tuple(word for word in words if word not in numbers),
        )
    return _digits_query(typed, region)


def _digits_query(typed: str, region: str) -> DirectoryQuery:
    digits = re.sub(r"\D", "", typed)
    if len(digits) < SHORTEST:
        return DirectoryQuery()
    return DirectoryQuery(digits=digits, number=_international(typed, digits, region))


def _international(typed: str, digits: str, region: str) -> str:
    if typed.startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    if digits.startswith("0"):
        return f"+{phonenumbers.country_code_for_region(region)}{digits[1:]}"
    return ""
