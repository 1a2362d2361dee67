"""A supervisor's short text to an agent in a call."""

from __future__ import annotations

import unicodedata
from typing import Final

LONGEST: Final = 280  # characters


class BadWhisper(ValueError):
    """A text that cannot be sent. `code`: `empty` or `too_long`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_whisper(text: str) -> str:
    """The text as one line, without control characters."""
    plain = "".join(one for one in text if one.isspace() or unicodedata.category(one) != "Cc")
    line = " ".join(plain.split())
    if not any(one.isprintable() and one != " " for one in line):
        raise BadWhisper("empty")
    if len(line) > LONGEST:
        raise BadWhisper("too_long")
    return line
