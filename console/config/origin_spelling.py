"""The canonical spelling of an origin: the one that browsers send.

Only the standard library is imported, as in the rest of `config`.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from urllib.parse import SplitResult, urlsplit

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_HOST = re.compile(r"[a-z0-9*._-]+")


def is_origin(text: str) -> bool:
    """`*` may stand in the host."""
    try:
        whole = urlsplit(text)
        return (
            text.lower() == f"{whole.scheme}://{whole.netloc}".lower()
            and "@" not in text
            and bool(as_browsers_send(text))
        )
    except ValueError:
        return False


def as_browsers_send(origin: str) -> str:
    """The canonical spelling: lower-case ASCII letters, without the scheme's default port.

    Raises ValueError for no origin.
    """
    parts = urlsplit(origin)
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{parts.scheme} is not http or https")
    return spelled(parts)


def spelled(address: SplitResult) -> str:
    """The origin of an address with the scheme http, https, ws or wss.

    Raises ValueError where it has no host or port.
    """
    port = "" if address.port in (None, _PORTS[address.scheme]) else f":{address.port}"
    return f"{address.scheme}://{_ascii_host(address.hostname or '')}{port}"


def _ascii_host(host: str) -> str:
    """A host's name in the letters that are sent: other languages' become `xn--…`.

    Raises ValueError where there is none.
    """
    if ":" in host and "%" not in host:
        return f"[{IPv6Address(host).compressed}]"
    sent = host.lower() if host.isascii() else host.encode("idna").decode()
    if not _HOST.fullmatch(sent):
        raise ValueError(f"{host!r} is not a host")
    return sent
