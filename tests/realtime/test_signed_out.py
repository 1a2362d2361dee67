"""A page that signed out does not get the lease back, although its socket ends a moment later."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.servers import ConsoleServer
from tests.servers.web_client import WebClient

Web = Callable[..., WebClient]


def test_sign_out_frees_the_lease_before_the_socket_ends(server: ConsoleServer, web: Web) -> None:
    before = web(server, "alice")
    old, epoch = before.claimed("a1")
    old.quiet(1)  # it answers pings, and so would count as standing by
    before.http.post("/sign-out", data={"csrf_token": before.csrf})
    time.sleep(1.5)  # leases move twice a second; the page neither reads nor closes
    _, next_epoch = web(server, "alice").claimed("a2")
    assert next_epoch == epoch + 1, "no other page had it in between"
    assert old.goodbye()[0] == 4401


def test_a_hello_after_sign_out_gets_a_goodbye(server: ConsoleServer, web: Web) -> None:
    person = web(server, "bob")
    late = person.socket()
    person.http.post("/sign-out", data={"csrf_token": person.csrf})
    late.send(type="hello", client="late", view="workspace", locale="en", browser="b1")
    assert late.goodbye()[0] == 4401
