"""Requests to addresses that an organisation has set: never into our own network, never for long,
never for much.

A name is resolved once, every address that it gives is checked, and the connection goes to the very
address that was checked: a name that changes its mind between two look-ups gains nothing. Proxies
of the environment are not used, because behind one nobody knows where a request ends.
"""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Timer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url, parse_url

Address = IPv4Address | IPv6Address

_PORTS = {"http": 80, "https": 443}
_NAT64 = IPv6Network("64:ff9b::/96")
# Public addresses lie in _PUBLIC and outside of _SPECIAL: IANA's special-purpose registries, which
# are newer than Python's own table.
_PUBLIC = (IPv4Network("0.0.0.0/0"), IPv6Network("2000::/3"))
_SPECIAL = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24"
        " 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24"
        " 224.0.0.0/3 2001::/23 2001:db8::/32 2002::/16 3fff::/20"
    ).split()
)
_OWN_ORIGIN_ONLY = frozenset({"authorization", "cookie"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 16_384


class OutgoingError(Exception):
    """Nothing came back. `code`: bad_address, forbidden_address, unreachable, too_slow, too_large
    or too_many_redirects.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """What the body says, whatever it is called; None where it is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


class OutgoingHttp:
    """`private_targets`: networks of ours that may be reached all the same."""

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
        """Follows redirects; what identifies us goes to the first origin only.

        Raises OutgoingError.
        """
        with _Deadline(seconds) as deadline:
            return self._follow(_parsed(url), dict(headers or {}), deadline, most)

    def post_json(
        self, url: str, body: Any, *, seconds: float = 10.0, most: int = 1_000_000
    ) -> Answer:
        """Follows no redirect: what is posted is meant for this address. Raises OutgoingError."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        with _Deadline(seconds) as deadline:
            return self._once(
                "POST", _parsed(url), headers, deadline, most, json.dumps(body).encode()
            )

    def allows(self, address: Address) -> bool:
        """Whether Console may connect to it.

        An address that carries another one is as good as that one.
        """
        carried = _carried(address)
        if any(each in network for each in (address, *carried) for network in self._exceptions):
            return True
        return all(map(_is_public, carried or (address,)))

    def _follow(self, url: Url, headers: dict[str, str], deadline: _Deadline, most: int) -> Answer:
        for _ in range(5):
            answer = self._once("GET", url, headers, deadline, most)
            target = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not target:
                return answer
            there = _parsed(urljoin(url.url, target))
            if url.scheme == "https" and there.scheme != "https":
                raise OutgoingError("forbidden_address", "a redirect away from https")
            if _origin(there) != _origin(url):
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
        deadline: _Deadline,
        most: int,
        body: bytes | None = None,
    ) -> Answer:
        pool = self._pool(url, deadline)
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
        if deadline.over:  # what was cut off looks whole where nobody said how long it would be
            raise OutgoingError("too_slow")
        return answer

    def _pool(self, url: Url, deadline: _Deadline) -> HTTPConnectionPool:
        host, port = url.host or "", url.port or _PORTS[url.scheme or ""]
        # The deadline ends a request; a wait of urllib3's that ended at the same moment would pass
        # for a line that broke.
        shared: dict[str, Any] = {
            "timeout": Timeout(total=deadline.seconds + 1),
            "retries": False,
            "block": False,
        }
        make: type[HTTPConnection]
        if url.scheme == "https":
            pool: HTTPConnectionPool = HTTPSConnectionPool(
                host, port, ssl_context=ssl.create_default_context(), **shared
            )
            make = _CheckedTls
        else:
            pool, make = HTTPConnectionPool(host, port, **shared), _CheckedPlain
        pool.ConnectionCls = partial(make, connect=partial(self._connect, deadline))  # type: ignore[assignment]
        return pool

    def _connect(self, deadline: _Deadline, host: str, port: int) -> socket.socket:
        try:
            found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise OutgoingError(
                "too_slow" if deadline.over else "unreachable", "the name is not known"
            ) from error
        for *_rest, place in found:
            if not self.allows(ip_address(str(place[0]).partition("%")[0])):
                raise OutgoingError("forbidden_address", "the name leads into a private network")
        return deadline.connect(found)


class _Deadline:
    """Ends a request as a whole: a server that sends one byte per second keeps every single wait
    short.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.over = False
        self._lines: list[socket.socket] = []
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        for line in self._lines:
            line.close()

    def connect(self, found: Iterable[Any]) -> socket.socket:
        """To the first of the addresses that answers."""
        last: OSError = OSError("no address")
        for family, kind, protocol, _name, place in found:
            if self.over:
                break
            line = socket.socket(family, kind, protocol)
            line.settimeout(self.seconds)
            try:
                line.connect(place)
            except OSError as error:
                line.close()
                self.over = self.over or isinstance(error, TimeoutError)
                last = error
                continue
            # TLS takes the descriptor over; a second one to the same connection is what can be cut
            # at any time.
            self._lines.append(line.dup())
            return line
        raise last

    def _cut(self) -> None:
        self.over = True
        for line in list(self._lines):
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it is gone already


class _CheckedPlain(HTTPConnection):
    def __init__(self, *args: Any, connect: Any, **kwargs: Any) -> None:
        self._to = connect
        super().__init__(*args, **kwargs)

    def _new_conn(self) -> socket.socket:
        line: socket.socket = self._to(self.host, self.port)
        return line


class _CheckedTls(HTTPSConnection):
    def __init__(self, *args: Any, connect: Any, **kwargs: Any) -> None:
        self._to = connect
        super().__init__(*args, **kwargs)

    def _new_conn(self) -> socket.socket:
        line: socket.socket = self._to(self.host, self.port)
        return line


def _parsed(address: str) -> Url:
    try:
        url = parse_url(address)
    except LocationParseError as error:
        raise OutgoingError("bad_address", "it cannot be read") from error
    if url.scheme not in _PORTS or not url.host or url.auth:
        raise OutgoingError(
            "bad_address", "it must be http or https, with a host and without a password"
        )
    return url


def _origin(url: Url) -> tuple[str | None, str | None, int]:
    return url.scheme, url.host, url.port or _PORTS[url.scheme or ""]


def _is_public(address: Address) -> bool:
    return any(address in network for network in _PUBLIC) and not any(
        address in network for network in _SPECIAL
    )


def _carried(address: Address) -> tuple[Address, ...]:
    """IPv4 addresses that an IPv6 address leads to."""
    if isinstance(address, IPv4Address):
        return ()
    nat64 = IPv4Address(int(address) & 0xFFFF_FFFF) if address in _NAT64 else None
    teredo = address.teredo[1] if address.teredo else None
    return tuple(
        each for each in (address.ipv4_mapped, address.sixtofour, teredo, nat64) if each is not None
    )


def _body(response: BaseHTTPResponse, most: int) -> bytes:
    held = bytearray()
    for chunk in response.stream(_CHUNK, decode_content=False):
        held += chunk
        if len(held) > most:
            raise OutgoingError("too_large")
    return bytes(held)
