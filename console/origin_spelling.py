"""The spelling of an origin: browsers send one only, and another one of the same place is no equal text.

Only the standard library is imported, as in `config.py`.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9*._-]+")


def is_origin(text: str) -> bool:
    """`*` may stand in the host."""
    try:
        whole = urlsplit(text)
        return text.lower() == f"{whole.scheme}://{whole.netloc}".lower() and "@" not in text and bool(as_browsers_send(text))
    except ValueError:
        return False


def as_browsers_send(origin: str) -> str:
    """The spelling of browsers: small ASCII letters, no port that the scheme has anyway. Raises ValueError for no origin."""
    parts = urlsplit(origin)
    port = "" if parts.port in (None, _PORTS[_known(parts.scheme)]) else f":{parts.port}"
    return f"{parts.scheme}://{ascii_host(parts.hostname or '')}{port}"


def _known(scheme: str) -> str:
    if scheme not in _PORTS:
        raise ValueError(f"{scheme} is not http or https")
    return scheme


def ascii_host(host: str) -> str:
    """A host's name in the letters that are sent: other languages' become `xn--…`. Raises ValueError where there is none."""
    if ":" in host and "%" not in host:
        return f"[{IPv6Address(host).compressed}]"
    sent = host.lower() if host.isascii() else host.encode("idna").decode()
    if not _HOST.fullmatch(sent):
        raise ValueError(f"{host!r} is not a host")
    return sent
