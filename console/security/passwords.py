"""Passwords: argon2id, in the thread pool, because a hash that takes 50 ms must not hold up the
sockets.
"""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ..storage.threadpool import off_the_loop

LONGEST = 1000

_hasher = PasswordHasher()
# A few at a time: many simultaneous sign-ins must not occupy every thread and all memory (64 MB
# each).
_turns = threading.Semaphore(3)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    with _turns:
        return off_the_loop(lambda: _hasher.hash(password))


def password_fits(password: str, password_hash: str | None) -> bool:
    """Takes as long for an unknown user: the time must not reveal which users exist."""

    def verify() -> bool:
        try:
            return _hasher.verify(password_hash or _nobodys_hash(), password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False

    with _turns:
        return off_the_loop(verify) and password_hash is not None and len(password) <= LONGEST


def is_outdated(password_hash: str) -> bool:
    """Hashed with weaker settings than today's: hash again while the password is at hand."""
    return _hasher.check_needs_rehash(password_hash)
