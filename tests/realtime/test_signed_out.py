"""Who has signed out is not given the phone back, although its socket takes a moment to end."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.servers import ConsoleServer
from tests.servers.web_client import WebClient

Web = Callable[..., WebClient]


def test_sign_out_frees_the_lease_before_the_socket_ends(server: ConsoleServer, web: Web) -> None:
    before = web(server, "alice")
    old, epoch = before.claimed("a1")
    old.quiet(1)  # it has answered pings, and so might be taken for one that stands by
    before.http.post("/sign-out", data={"csrf_token": before.csrf})
    time.sleep(1.5)  # leases are looked at twice a second, and it neither reads nor closes
    _, next_epoch = web(server, "alice").claimed("a2")
    assert next_epoch == epoch + 1, "nobody was given it in between"
    assert old.goodbye()[0] == 4401


def test_a_hello_after_sign_out_gets_a_goodbye(server: ConsoleServer, web: Web) -> None:
    person = web(server, "bob")
    late = person.socket()
    person.http.post("/sign-out", data={"csrf_token": person.csrf})
    late.send(type="hello", client="late", view="workspace", locale="en", browser="b1")
    assert late.goodbye()[0] == 4401
