"""Names of customers: cleaned, compared, searched, and joined for a shared number."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

LONGEST_NAME = 200


def clean_name(text: str) -> str:
    """The name on one line, with single spaces and NFC letters; empty if nothing is visible."""
    visible = "".join(
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFC", text)
        if _is_visible(letter)
    )
    return " ".join(visible.split())


def name_key(name: str) -> str:
    """Equal for names that differ only in case and spaces."""
    return clean_name(name).casefold()


def search_key(text: str) -> str:
    """The text without case and diacritics: people type nguyen to find Nguyễn."""
    plain = unicodedata.normalize("NFD", clean_name(text).casefold().replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def label(names: Sequence[str]) -> str:
    """The name of a call from a number that these contacts share: two names and a count."""
    more = f" +{len(names) - 2}" if len(names) > 2 else ""
    words = " / ".join(names[:2])
    room = LONGEST_NAME - len(more)
    return (words if len(words) <= room else words[: room - 1] + "…") + more


def names_nobody(name: str, number: str) -> bool:
    """Whether this is no name: phone systems without one send an empty text or the number."""
    digits = [letter for letter in name if letter.isdigit()]
    return (
        not name.strip()
        or name == number
        or (len(digits) >= 6 and not any(letter.isalpha() for letter in name))
    )


def _is_visible(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn")
