"""Who has signed out is not given the phone back, although its socket takes a moment to end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from tests.servers import ConsoleServer
from tests.servers.web_client import WebClient

Web = Callable[..., WebClient]


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    with ConsoleServer() as running:
        yield running


def test_the_phone_is_free_for_her_next_browser_while_the_one_she_signed_out_still_says_goodbye(
    server: ConsoleServer, web: Web
) -> None:
    before = web(server, "alice")
    old, epoch = before.claimed("a1")
    old.quiet(1)  # it has answered pings, and so might be taken for one that stands by
    before.http.post("/sign-out", data={"csrf_token": before.csrf})
    time.sleep(1.5)  # leases are looked at twice a second, and it neither reads nor closes
    _, next_epoch = web(server, "alice").claimed("a2")
    assert next_epoch == epoch + 1, "nobody was given it in between"
    assert old.goodbye()[0] == 4401


def test_who_signs_out_between_opening_a_socket_and_saying_hello_hears_a_goodbye(
    server: ConsoleServer, web: Web
) -> None:
    person = web(server, "bob")
    late = person.socket()
    person.http.post("/sign-out", data={"csrf_token": person.csrf})
    late.send(type="hello", client="late", view="workspace", locale="en", browser="b1")
    assert late.goodbye()[0] == 4401
