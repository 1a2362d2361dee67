"""The client for requests to addresses that an organisation has set."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from ipaddress import ip_network
from typing import Any
from urllib.parse import urljoin

from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url

from .addresses import Address, is_allowed
from .answer import Answer, OutgoingError
from .checked_pool import checked_pool
from .deadline import Deadline
from .urls import origin, parsed

_OWN_ORIGIN_ONLY = frozenset({"authorization", "cookie"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 16_384


class OutgoingHttp:
    """`private_targets`: private networks that may be reached all the same."""

    def __init__(self, private_targets: Iterable[str] = ()) -> None:
        self._exceptions = tuple(ip_network(target, strict=False) for target in private_targets)

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        seconds: float = 10.0,
        most: int = 1_000_000,
    ) -> Answer:
        """Follows redirects; credentials are sent to the first origin only.

        Raises OutgoingError.
        """
        with Deadline(seconds) as deadline:
            return self._follow(parsed(url), dict(headers or {}), deadline, most)

    def post_json(
        self, url: str, body: Any, *, seconds: float = 10.0, most: int = 1_000_000
    ) -> Answer:
        """Follows no redirect: the body is meant for this address. Raises OutgoingError."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        with Deadline(seconds) as deadline:
            return self._once(
                "POST", parsed(url), headers, deadline, most, json.dumps(body).encode()
            )

    def allows(self, address: Address) -> bool:
        """Whether Console may connect to it."""
        return is_allowed(address, self._exceptions)

    def _follow(self, url: Url, headers: dict[str, str], deadline: Deadline, most: int) -> Answer:
        for _ in range(5):
            answer = self._once("GET", url, headers, deadline, most)
            target = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not target:
                return answer
            there = parsed(urljoin(url.url, target))
            if url.scheme == "https" and there.scheme != "https":
                raise OutgoingError("forbidden_address", "a redirect away from https")
            if origin(there) != origin(url):
                headers = {
                    name: value
                    for name, value in headers.items()
                    if name.lower() not in _OWN_ORIGIN_ONLY
                }
            url = there
        raise OutgoingError("too_many_redirects")

    def _once(
        self,
        method: str,
        url: Url,
        headers: Mapping[str, str],
        deadline: Deadline,
        most: int,
        body: bytes | None = None,
    ) -> Answer:
        pool = checked_pool(url, deadline, self.allows)
        try:
            response = pool.urlopen(
                method,
                url.request_uri,
                body=body,
                headers={"User-Agent": "Console", "Accept-Encoding": "identity", **headers},
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            answer = Answer(
                response.status,
                {name.lower(): value for name, value in response.headers.items()},
                _body(response, most),
            )
        except (HTTPError, OSError) as error:
            code = "too_slow" if deadline.over else "unreachable"
            raise OutgoingError(code, type(error).__name__) from error
        finally:
            pool.close()
        if deadline.over:  # a body without a declared length looks whole when it is cut off
            raise OutgoingError("too_slow")
        return answer


def _body(response: BaseHTTPResponse, most: int) -> bytes:
    held = bytearray()
    for chunk in response.stream(_CHUNK, decode_content=False):
        held += chunk
        if len(held) > most:
            raise OutgoingError("too_large")
    return bytes(held)
