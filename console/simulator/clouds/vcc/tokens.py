"""The token of the pretend VCC cloud, read as the vendor reads it: HS256 with the raw access key,
`ipphone`, and `expired` as a text.

The check is written by hand: Console signs such tokens with a library, and the same library would
not find its mistakes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

VIETNAM = timezone(timedelta(hours=7))  # Asia/Ho_Chi_Minh, which knows no summer time


class BadToken(Exception):
    """The message names what is wrong with the token."""


def read_token(token: str, access_key: str, now: float) -> str:
    """The extension that the token names. `now`: seconds since 1970."""
    claims = _claims(token, access_key)
    extension, expired = claims.get("ipphone"), claims.get("expired")
    if not isinstance(extension, str):
        raise BadToken("ipphone is missing")
    if expired is not None and _moment(expired) <= datetime.fromtimestamp(now, UTC):
        raise BadToken("token has expired")
    return extension


def _claims(token: str, access_key: str) -> dict[str, Any]:
    try:
        head, payload, signature = token.split(".")
        header, claims, given = (
            json.loads(_bytes(head)),
            json.loads(_bytes(payload)),
            _bytes(signature),
        )
    except ValueError as error:
        raise BadToken("not a token") from error
    if not isinstance(header, dict) or not isinstance(claims, dict) or header.get("alg") != "HS256":
        raise BadToken("not an HS256 token")
    right = hmac.new(access_key.encode(), f"{head}.{payload}".encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(right, given):
        raise BadToken("wrong signature")
    return claims


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _moment(expired: object) -> datetime:
    try:
        return datetime.strptime(str(expired), "%Y-%m-%d %H:%M:%S").replace(tzinfo=VIETNAM)
    except ValueError as error:
        raise BadToken("expired is not a time") from error
