"""One request's connection, made to an address that was checked and to no other."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from functools import partial
from ipaddress import ip_address
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import Url

from .addresses import Address
from .answer import OutgoingError
from .deadline import Deadline
from .urls import host_and_port

Connect = Callable[[str, int], socket.socket]
Allows = Callable[[Address], bool]


def checked_pool(url: Url, deadline: Deadline, allows: Allows) -> HTTPConnectionPool:
    shared: dict[str, Any] = {
        # The deadline ends a request. A urllib3 timeout at the same moment would be reported as a
        # broken connection.
        "timeout": Timeout(total=deadline.seconds + 1),
        "retries": False,
        "block": False,
    }
    make: type[HTTPConnection]
    if url.scheme == "https":
        context = ssl.create_default_context()
        pool: HTTPConnectionPool = HTTPSConnectionPool(
            *host_and_port(url), ssl_context=context, **shared
        )
        make = _CheckedTls
    else:
        pool, make = HTTPConnectionPool(*host_and_port(url), **shared), _CheckedPlain
    connect = partial(_connect, deadline, allows)
    pool.ConnectionCls = partial(make, connect=connect)  # type: ignore[assignment]
    return pool


def _connect(deadline: Deadline, allows: Allows, host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OutgoingError(
            "too_slow" if deadline.over else "unreachable", "the name is not known"
        ) from error
    for *_rest, place in found:
        if not allows(ip_address(str(place[0]).partition("%")[0])):
            raise OutgoingError("forbidden_address", "the name leads into a private network")
    return deadline.connect(found)


class _CheckedPlain(HTTPConnection):
    def __init__(self, *args: Any, connect: Connect, **kwargs: Any) -> None:
        self._connect_to = connect
        super().__init__(*args, **kwargs)

    def _new_conn(self) -> socket.socket:
        return self._connect_to(self.host, self.port)


class _CheckedTls(HTTPSConnection):
    def __init__(self, *args: Any, connect: Connect, **kwargs: Any) -> None:
        self._connect_to = connect
        super().__init__(*args, **kwargs)

    def _new_conn(self) -> socket.socket:
        return self._connect_to(self.host, self.port)
