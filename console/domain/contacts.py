"""Customers by name: how a name is kept, compared and looked for, and what a number that several
share is called.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

LONGEST_NAME = 200


def clean_name(text: str) -> str:
    """On one line, single spaces, one way of writing each letter.

    Empty when nothing can be seen of it.
    """
    visible = "".join(
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFC", text)
        if _is_seen(letter)
    )
    return " ".join(visible.split())


def name_key(name: str) -> str:
    """Equal for names that a person would call the same."""
    return clean_name(name).casefold()


def search_key(text: str) -> str:
    """Without case and marks, because people look for Nguyễn by typing nguyen."""
    plain = unicodedata.normalize("NFD", clean_name(text).casefold().replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def label(names: Sequence[str]) -> str:
    """What a call from a number is named when these people have it: two by name, more by how many
    more.
    """
    more = f" +{len(names) - 2}" if len(names) > 2 else ""
    words = " / ".join(names[:2])
    room = LONGEST_NAME - len(more)
    return (words if len(words) <= room else words[: room - 1] + "…") + more


def names_nobody(name: str, number: str) -> bool:
    """Exchanges that know no name send none, or the number in its place."""
    digits = [letter for letter in name if letter.isdigit()]
    return (
        not name.strip()
        or name == number
        or (len(digits) >= 6 and not any(letter.isalpha() for letter in name))
    )


def _is_seen(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn")
