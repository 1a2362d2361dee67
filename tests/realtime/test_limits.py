"""The limits of one account: sockets, commands, notes and events. No other account waits for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

import pytest

from console.errors import TooMany
from console.services.commands import Commands
from console.services.unit_of_work import UnitsOfWork
from console.storage import models
from console.storage.leases import Leases
from tests.realtime.alices_changes import fresh
from tests.servers import ConsoleServer
from tests.servers.server_process import wait_for
from tests.servers.web_client import Socket, WebClient

Web = Callable[..., WebClient]
MOST = 20


SETTINGS = {"hello_seconds": 60}


@pytest.fixture
def alice(server: ConsoleServer, web: Web) -> WebClient:
    return web(server, "alice")


def pages(web: WebClient, count: int) -> list[Socket]:
    return [web.hello(fresh("page"), browser=fresh("browser")) for _ in range(count)]


def answer(web: WebClient, client: str) -> str | int:
    """The answer to a hello: "welcome", or the code of the goodbye."""
    socket = web.socket()
    socket.send(
        type="hello", client=client, view="workspace", locale="en", browser=fresh("browser")
    )
    first = socket.receive()
    assert first
    return str(first["type"]) if first["type"] == "welcome" else int(first["code"])


def test_the_twenty_first_socket_of_a_user_is_refused(
    server: ConsoleServer, alice: WebClient, web: Web
) -> None:
    sockets = pages(alice, MOST)
    assert answer(alice, fresh("page")) == 4429
    assert limited(server, alice.page_data()["user"]["id"]) == [("too many pages", "127.0.0.1")]
    pages(web(server, "olga"), 1)  # no other user is limited
    sockets[0].until("ping")
    sockets[0].ws.close()
    wait_for(
        lambda: answer(alice, fresh("page")) == "welcome",
        10,
        "the place of the page that was closed",
    )


def limited(server: ConsoleServer, user: str) -> list[tuple[str, str]]:
    """The request or reason, and the address, of each entry of the security log about this user's
    limits.
    """
    events = [
        json.loads(line)
        for line in server.log().splitlines()
        if line.startswith('{"security": "limited"')
    ]
    return [
        (event.get("socket") or event["request"], event["address"])
        for event in events
        if user in (event.get("user"), event.get("by"))
    ]


@pytest.mark.parametrize("says_hello", [True, False])
def test_a_socket_closed_by_a_limit_is_logged_once(
    server: ConsoleServer, web: Web, says_hello: bool
) -> None:
    bob = web(server, "bob")
    user = bob.page_data()["user"]["id"]
    before = limited(server, user)
    flood = bob.hello(fresh("flood")) if says_hello else bob.socket()
    for _ in range(400):
        flood.ws.ping()
    assert flood.goodbye() == (4429, 4429)
    wait_for(lambda: len(limited(server, user)) > len(before), 10, "the entry of the log")
    bob.hello(fresh("next"))
    assert limited(server, user)[len(before) :] == [("too many messages", "127.0.0.1")]


def test_the_lease_holder_is_admitted_beside_twenty_sockets(
    server: ConsoleServer, web: Web
) -> None:
    bob, phone = web(server, "bob"), fresh("phone")
    socket, _epoch = bob.claimed(phone)
    socket.ws.sock.close()  # its network is lost
    pages(bob, MOST)
    assert answer(bob, fresh("page")) == 4429
    assert bob.hello(phone).until("lease.granted")["epoch"]


def test_a_user_has_at_most_twenty_sockets_without_a_hello(server: ConsoleServer, web: Web) -> None:
    sam = web(server, "sam")
    silent = [sam.socket() for _ in range(MOST)]
    assert sam.socket().goodbye()[0] == 4429
    silent[0].send(type="hello", client=fresh("page"), view="workspace", locale="en")
    silent[0].until("welcome")
    pages(sam, 1)


def test_a_page_that_opens_sockets_without_a_pause_is_refused(
    server: ConsoleServer, web: Web
) -> None:
    ada = web(server, "ada")
    codes = set[str | int]()
    for _ in range(150):
        codes.add(answer(ada, "the-same"))
        ada.sockets[-1].ws.close()
    assert codes == {"welcome", 4429}


def test_only_the_user_with_too_many_commands_is_refused() -> None:
    commands = Commands(cast(UnitsOfWork, None), cast(Leases, None), 10_000)
    alice, bob = models.User(id="alice"), models.User(id="bob")
    with pytest.raises(TooMany):
        for _ in range(400):
            commands.admit(alice, "dial")
    commands.admit(bob, "dial")


def test_saving_notes_is_limited_to_typing_speed(server: ConsoleServer, web: Web) -> None:
    olga = web(server, "olga")
    answers = [
        olga.post(
            "/commands/note", id=fresh("n"), client="c", epoch=0, call="none", text="x" * 10_000
        )
        for _ in range(60)
    ]
    assert {answer.status_code for answer in answers} - {404, 409} == {
        429
    }  # 409: their open page has taken the lease
    assert (
        olga.post("/commands/dial", id=fresh("d"), client="c", epoch=10**6, number="1").status_code
        == 409
    )


@pytest.mark.parametrize(
    ("path", "at_once", "body"),
    [
        ("/customers", 30, {"number": "0912345678", "name": ""}),
        ("/phone/none/session", 60, {"client": "c", "epoch": 10**6}),
        ("/preferences", 60, {"theme": "none"}),
    ],
)
def test_contacts_choices_and_phone_sessions_have_own_limits(
    server: ConsoleServer, web: Web, path: str, at_once: int, body: dict[str, Any]
) -> None:
    """Invalid requests, so that nothing else happens."""
    sam = web(server, "sam")
    assert 429 not in {sam.post(path, **body).status_code for _ in range(at_once)}
    for language, words in (("en", "Too many requests"), ("vi", "quá nhiều yêu cầu")):
        sam.http.headers["Accept-Language"] = language
        refused = next(
            answer
            for answer in (sam.post(path, **body) for _ in range(300))
            if answer.status_code == 429
        )
        assert refused.json()["code"] == "too_many" and words in refused.json()["sentence"]
    assert (f"POST {path}", "127.0.0.1") in limited(server, sam.page_data("/wall")["user"]["id"])
    assert web(server, "olga").post(path, **body).status_code != 429


@pytest.mark.parametrize(
    ("command", "size"), [("dial", 5_000), ("note", 70_000), ("leave", 70_000)]
)
def test_a_command_that_is_too_long_is_refused(
    server: ConsoleServer, web: Web, command: str, size: int
) -> None:
    answer = web(server, "ada").post(
        f"/commands/{command}", id=fresh("d"), client="c", epoch=0, number="1", padding="x" * size
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "bad_request")
