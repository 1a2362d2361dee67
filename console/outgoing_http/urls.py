"""Parsed URLs: http or https only."""

from __future__ import annotations

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from .answer import OutgoingError

_PORTS = {"http": 80, "https": 443}


def parsed(address: str) -> Url:
    try:
        url = parse_url(address)
    except LocationParseError as error:
        raise OutgoingError("bad_address", "it cannot be read") from error
    if url.scheme not in _PORTS or not url.host or url.auth:
        raise OutgoingError(
            "bad_address", "it must be http or https, with a host and without a password"
        )
    return url


def host_and_port(url: Url) -> tuple[str, int]:
    return url.host or "", url.port or _PORTS[url.scheme or ""]


def origin(url: Url) -> tuple[str | None, str, int]:
    return url.scheme, *host_and_port(url)
