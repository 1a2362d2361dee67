"""The rules for new passwords: no short one, and none that a list of leaks or an acquaintance would
guess.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from enum import StrEnum

from ..domain.contacts import search_key
from ..storage.threadpool import off_the_loop
from .passwords import LONGEST

SHORTEST = 12
_GUESSES = 1e10  # an online attack needs centuries, and argon2 makes an offline one expensive

# zxcvbn reads figures and marks as letters in every combination, which takes it seconds where many
# kinds are mixed.
_LOOKALIKES = frozenset("4@8({[<369!1|7$50+%2")
_FEW, _WHOLE, _BEGINNING = 6, 72, 16

# zxcvbn keeps the words of its caller in a global. Greenlets wait for their turn, never a thread of
# the pool: the lock is gevent's.
_one_at_a_time = threading.Lock()


class Weakness(StrEnum):
    short = "short"
    long = "long"
    guessable = "guessable"


def weakness(password: str, about: Iterable[str]) -> Weakness | None:
    """Why this cannot be a new password.

    `about`: the user name, the organisation and other words that guessers try first.
    """
    if len(password) < SHORTEST:
        return Weakness.short
    if len(password) > LONGEST:
        return Weakness.long
    words = _words_of("console", *about)
    with _one_at_a_time:
        guesses = off_the_loop(lambda: _guesses(password, words))
    return Weakness.guessable if guesses < _GUESSES else None


def _words_of(*texts: str) -> list[str]:
    """Each text whole, without spaces, and word by word, with and without Vietnamese marks."""
    plain = {form for text in texts for form in (text.casefold(), search_key(text))}
    words = (
        plain
        | {re.sub(r"\W", "", text) for text in plain}
        | {word for text in plain for word in re.split(r"[\W_]+", text)}
    )
    return sorted(word for word in words if len(word) > 2)


def _guesses(password: str, words: list[str]) -> float:
    from zxcvbn import (
        zxcvbn,
    )  # its lists take 0.3 s and megabytes, and only new passwords need them

    start = password[:_WHOLE]
    if len(_LOOKALIKES.intersection(start)) > _FEW:
        start = start[:_BEGINNING]
    known = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    rest = re.sub(
        known, "", start, flags=re.IGNORECASE
    )  # names joined by other characters are no harder to guess
    return min(float(zxcvbn(each, user_inputs=words)["guesses"]) for each in (start, rest or "a"))
