"""The address after a form: only a path of Console."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import request

_OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def came_from() -> str:
    """The path of the page that sent this form."""
    try:
        referrer = urlsplit(request.referrer or "")
    except ValueError:
        return "/"
    address = referrer.path + (f"?{referrer.query}" if referrer.query else "")
    return safe_next(address if referrer.netloc == request.host else None, "/")


def safe_next(wanted: str | None, otherwise: str) -> str:
    """`wanted` if it is a path here; browsers take `//host`, `/\\host` and control characters for a
    way out.
    """
    if not wanted or not _OWN_PATH.fullmatch(wanted):
        return otherwise
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return otherwise
    return wanted if not parts.scheme and not parts.netloc else otherwise
