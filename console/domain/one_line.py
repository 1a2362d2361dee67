"""Short texts from one person to another: one line, with nothing invisible that changes it."""

from __future__ import annotations

import unicodedata
from typing import Final

LONGEST_WHISPER: Final = 280  # characters
# They turn the text around them; all languages of Console are written from left to right.
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class BadLine(ValueError):
    """A text that cannot be sent. `code`: `empty` or `too_long`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def one_line(text: str, longest: int) -> str:
    """The text as one line; empty where nothing of it can be seen. Raises BadLine `too_long`."""
    line = " ".join("".join(one for one in text if _stays(one)).split())
    if not any(one.isprintable() and one != " " for one in line):
        return ""
    if len(line) > longest:
        raise BadLine("too_long")
    return line


def read_whisper(text: str) -> str:
    line = one_line(text, LONGEST_WHISPER)
    if not line:
        raise BadLine("empty")
    return line


def _stays(one: str) -> bool:
    return one.isspace() or (one not in _TURNS and unicodedata.category(one) != "Cc")
