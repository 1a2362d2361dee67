"""Secrets at rest: JSON objects, encrypted with the newest key, opened with any of them, each bound
to its own row.

A sealed secret that is copied into another row, or another column, cannot be opened there: its
place is authenticated with it (AES-GCM, with keys that are derived from the settings' Fernet keys).
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ..storage.organisations import Seal

_BOUND = "bound:"  # what earlier versions sealed is a Fernet token, good in any row
_NONCE = 12


class UnreadableSecret(Exception):
    """No key opens this secret here: a key was removed too early, or the row was changed."""


class Vault:
    """`place` names a secret's row and column (storage.organisations.place_of)."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._unbound = MultiFernet([Fernet(key) for key in keys])
        self._keys = [_derived(key) for key in keys]

    def seal(self, secrets: dict[str, Any]) -> Seal:
        """A function that seals the secrets for the place that it is given."""
        plain = json.dumps(secrets).encode() if secrets else b""
        return lambda place: self._sealed(plain, place)

    def open(self, sealed: str, place: str) -> dict[str, Any]:
        opened: dict[str, Any] = json.loads(self._opened(sealed, place)) if sealed else {}
        return opened

    def rotate(self, sealed: str, place: str) -> str:
        """The same secret under the newest key, bound to its place."""
        return self._sealed(
            self._opened(sealed, place) if self.is_bound(sealed) else self._opened_unbound(sealed),
            place,
        )

    @staticmethod
    def is_bound(sealed: str) -> bool:
        return sealed.startswith(_BOUND)

    def bind(self, sealed: str, place: str) -> str:
        """The same secret, bound to its place; one that is bound already stays as it is."""
        return sealed if self.is_bound(sealed) else self.rotate(sealed, place)

    def _sealed(self, plain: bytes, place: str) -> str:
        if not plain:
            return ""
        nonce = os.urandom(_NONCE)
        return (
            _BOUND
            + base64.urlsafe_b64encode(
                nonce + self._keys[0].encrypt(nonce, plain, place.encode())
            ).decode()
        )

    def _opened(self, sealed: str, place: str) -> bytes:
        try:
            token = base64.urlsafe_b64decode(sealed.removeprefix(_BOUND))
        except ValueError:
            raise UnreadableSecret from None
        for key in self._keys:
            try:
                return key.decrypt(token[:_NONCE], token[_NONCE:], place.encode())
            except (InvalidTag, ValueError):
                continue  # it is another key's
        raise UnreadableSecret

    def _opened_unbound(self, sealed: str) -> bytes:
        try:
            return self._unbound.decrypt(sealed.encode())
        except InvalidToken:
            raise UnreadableSecret from None


def _derived(key: str) -> AESGCM:
    """Two ways to encrypt share no key."""
    info = b"console: secrets bound to their row"
    return AESGCM(
        HKDF(SHA256(), length=32, salt=None, info=info).derive(base64.urlsafe_b64decode(key))
    )
