"""What a person types to find somebody: part of a name, or of a number."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from .contacts import search_key

SHORTEST = 2  # characters; fewer find too many
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class DirectoryQuery:
    """Either the beginnings of words, without case and marks, or digits.

    `number`: the beginning of a number in E.164, where the digits say so; else the digits may
    stand anywhere in a number.
    """

    words: tuple[str, ...] = ()
    digits: str = ""
    number: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.digits)

    def fits(self, name: str) -> bool:
        """Whether each word begins a word of the name."""
        parts = search_key(name).split()
        return bool(self.words) and all(
            any(part.startswith(word) for part in parts) for word in self.words
        )


def read_query(text: str, region: str) -> DirectoryQuery:
    """The query in a typed text; empty when it is too short to find anybody."""
    typed = text.strip()[:_LONGEST]
    if len(typed) < SHORTEST:
        return DirectoryQuery()
    if any(letter.isalpha() for letter in typed):
        return DirectoryQuery(words=tuple(search_key(typed).split()))
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
