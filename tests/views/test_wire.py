"""Requests as they come over the wire: where one ends, and which headers count."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.servers.console_server import PASSWORD, ConsoleServer

SMUGGLED = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Mark: smuggled\r\n\r\n"
CHUNKED = b"0\r\n\r\n" + SMUGGLED


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    with ConsoleServer(trusted_proxies="127.0.0.1,::1") as running:
        yield running


def answers(server: ConsoleServer, *headers: str, body: bytes) -> list[int]:
    """The status of each answer until the server closes."""
    head = "\r\n".join(
        ["POST /sign-in HTTP/1.1", f"Host: localhost:{server.port}", *headers, "", ""]
    ).encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(head + body)
        line.shutdown(socket.SHUT_WR)
        heard = b"".join(iter(lambda: line.recv(65536), b""))
    return [int(part[:3]) for part in heard.split(b"HTTP/1.1 ")[1:]]


def test_two_requests_of_one_connection_are_both_answered(server: ConsoleServer) -> None:
    """A control for the missing compression below."""
    assert answers(server, "Content-Length: 0", body=SMUGGLED) == [400, 200]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (["Content-Length: 5", "Transfer-Encoding: chunked"], CHUNKED),
        (["Transfer-Encoding: chunked", f"Content-Length: {len(CHUNKED)}"], CHUNKED),
        (["Content-Length: 0", f"Content-Length: {len(SMUGGLED)}"], SMUGGLED),
        (["Content-Length: 0, 5"], SMUGGLED),
        (["Content-Length: +0"], SMUGGLED),
        (["Transfer-Encoding: xchunked"], CHUNKED),
        (["Transfer-Encoding: identity, chunked, identity"], CHUNKED),
        (["Transfer-Encoding : chunked"], CHUNKED),
        (["Content-Length: 0", " Transfer-Encoding: chunked"], CHUNKED),
    ],
)
def test_a_request_whose_end_is_in_doubt_brings_no_second_one(
    server: ConsoleServer, headers: list[str], body: bytes
) -> None:
    assert [status for status in answers(server, *headers, body=body) if status < 400] == []


def test_a_header_that_looks_like_the_proxys_changes_no_address(server: ConsoleServer) -> None:
    """`X_Forwarded_For` would become the same variable as `X-Forwarded-For`."""
    with httpx.Client(
        base_url=server.url,
        timeout=20,
        headers={"X-Forwarded-For": "198.51.100.1", "X_Forwarded_For": "6.6.6.6"},
    ) as client:
        token = (
            client.get("/sign-in").text.partition('name="csrf_token" value="')[2].partition('"')[0]
        )
        assert (
            client.post(
                "/sign-in", data={"csrf_token": token, "username": "alice", "password": PASSWORD}
            ).status_code
            == 303
        )
        shown = client.get("/sessions").text
    assert "198.51.100.1" in shown and "6.6.6.6" not in shown
