"""A holder that dies, is signed out or loses its lease while it talks: what the others see, and
what becomes of the call.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from console.storage import models
from console.storage.database import Database
from tests.realtime.alices_changes import QUICK, fresh
from tests.servers import ConsoleServer
from tests.servers.server_process import wait_for
from tests.servers.web_client import Socket, WebClient

Web = Callable[..., WebClient]


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    with ConsoleServer(**QUICK) as running:
        yield running


@pytest.fixture
def store(server: ConsoleServer) -> Iterator[Database]:
    database = Database(server.database_url)
    yield database
    database.close()


class Talking:
    """Alice's page that holds the phone and talks to a customer."""

    def __init__(self, alice: WebClient, client: str, answered: bool = True) -> None:
        self.alice, self.client, self.key, self.n = alice, client, fresh("call"), 0
        self.socket, self.epoch = alice.claimed(client)
        self.connection = alice.page_data()["lines"][0]["connection"]
        self.socket.calls = [self.key]
        self.tells("ringing", direction="inbound", number="0912345678")
        if answered:
            self.tells("answered")

    def tells(self, type: str, **facts: object) -> None:
        self.n += 1
        at = self.socket.until("ping")["at"]
        event = {"type": type, "at": at, "connection": self.connection, "call": self.key, **facts}
        self.socket.send(type="phone.event", n=self.n, epoch=self.epoch, event=event)
        self.socket.until("ack", lambda ack: ack["n"] == self.n)

    def row(self, store: Database) -> models.Call:
        with store.read() as session:
            return session.query(models.Call).filter_by(client_call_id=self.key).one()


@pytest.fixture
def talking(server: ConsoleServer, web: Web, store: Database) -> Iterator[Talking]:
    alice = web(server, "alice")
    yield Talking(alice, fresh("talking"))
    with store.write() as session:  # whatever a test leaves behind
        session.query(models.Lease).update({"holder": None, "left_at": None})
        session.query(models.Client).update({"worker": ""})


@pytest.fixture
def other(server: ConsoleServer, web: Web, talking: Talking) -> tuple[WebClient, Socket]:
    """Alice's page in another browser."""
    elsewhere = web(server, "alice")
    return elsewhere, elsewhere.hello(fresh("other"), browser="b2")


def test_the_others_hear_that_the_page_with_the_phone_does_not_answer_and_that_it_answers_again(
    talking: Talking, other: tuple[WebClient, Socket]
) -> None:
    _, socket = other
    talking.socket.close()
    denied = socket.until("lease.denied", lambda message: message["holder"].get("why") == "silent")
    assert (denied["epoch"], denied["holder"]["client"], denied["holder"]["on_call"]) == (
        talking.epoch, talking.client, True,
    )  # fmt: skip
    back = talking.alice.hello(talking.client)
    socket.until("lease.denied", lambda message: "why" not in message["holder"])
    back.until("lease.granted")


def test_end_the_call_and_take_over_ends_the_call_of_a_dead_page_at_once(
    talking: Talking, other: tuple[WebClient, Socket], store: Database
) -> None:
    _, socket = other
    talking.socket.close()
    socket.until("lease.denied", lambda message: message["holder"].get("why") == "silent")
    socket.send(type="lease.claim", confirm=True, call="end")
    assert socket.until("lease.granted")["epoch"] == talking.epoch + 1
    wait_for(lambda: talking.row(store).state == "ended", 3, "the end of the call")
    assert talking.row(store).ended_by == "agent"


def test_a_page_that_comes_back_hears_that_its_call_was_ended_elsewhere(
    talking: Talking, other: tuple[WebClient, Socket], store: Database
) -> None:
    _, socket = other
    talking.socket.close()
    socket.send(type="lease.claim", confirm=True, call="end")
    socket.until("lease.granted")
    back = talking.alice.hello(talking.client, epoch=talking.epoch)
    revoked = back.until("lease.revoked")
    assert (revoked["epoch"], revoked["call"]) == (talking.epoch, "end")


def test_a_take_over_that_ends_nothing_leaves_the_talk_and_its_facts_arrive(
    talking: Talking, other: tuple[WebClient, Socket], store: Database
) -> None:
    """The page was silent for so long that a click alone takes its phone."""
    _, socket = other
    talking.socket.answers = False
    with store.write() as session:
        session.query(models.Lease).filter_by(holder=talking.client).update({"heard_at": 1})
    socket.send(type="lease.claim", confirm=True)
    socket.until("lease.granted")
    revoked = talking.socket.until("lease.revoked")
    assert "call" not in revoked
    talking.socket.answers, talking.socket.epoch = True, 0
    for _ in range(3):
        talking.socket.until("ping")
    assert talking.row(store).state == "active"
    talking.tells("ended", ended_by="remote", cause="completed")
    assert (talking.row(store).state, talking.row(store).ended_by) == ("ended", "remote")


def test_signed_out_elsewhere_the_talk_goes_on_its_facts_arrive_and_then_the_page_hears_it(
    talking: Talking, other: tuple[WebClient, Socket], store: Database
) -> None:
    elsewhere, _ = other
    with store.read() as session:
        client = session.query(models.Client).filter_by(id=talking.client).one()
    answer = elsewhere.http.post(
        f"/sessions/{client.session_id}/end", data={"csrf_token": elsewhere.csrf}
    )
    assert answer.status_code == 303
    talking.socket.until("lease.denied")
    talking.socket.epoch = 0
    seen = len(talking.socket.seen)
    for _ in range(2):
        talking.socket.until("ping")
    assert talking.row(store).state == "active"
    assert "change" not in [message["type"] for message in talking.socket.seen[seen:]], (
        "it is shown nothing any more"
    )
    talking.tells("ended", ended_by="remote", cause="completed")
    talking.socket.calls = []
    assert talking.socket.goodbye() == (4401, 4401)
    assert (talking.row(store).state, talking.row(store).ended_by) == ("ended", "remote")


def test_who_is_signed_out_and_does_not_talk_hears_it_at_once(
    server: ConsoleServer, web: Web
) -> None:
    idle, elsewhere = web(server, "bob"), web(server, "bob")
    socket = idle.hello(fresh("idle"))
    idle.http.post("/sign-out", data={"csrf_token": idle.csrf})
    assert socket.goodbye() == (4401, 4401)
    assert elsewhere.http.get("/").status_code == 200


def test_a_page_that_was_replaced_tells_its_facts_under_its_new_id(
    talking: Talking, store: Database
) -> None:
    copy = talking.alice.hello(talking.client)  # another document with the same id
    assert talking.socket.goodbye() == (4409, 4409)
    copy.until("lease.granted")
    renewed = talking.alice.hello(fresh("renewed"), formerly=talking.client)
    at = renewed.until("ping")["at"]
    event = {
        "type": "ended",
        "at": at,
        "connection": talking.connection,
        "call": talking.key,
        "ended_by": "remote",
    }
    renewed.send(type="phone.event", n=1, epoch=talking.epoch, event=event)
    renewed.until("ack")
    assert (talking.row(store).state, talking.row(store).ended_by) == ("ended", "remote")


def test_nobody_else_tells_facts_under_the_id_of_somebody(
    talking: Talking, server: ConsoleServer, web: Web, store: Database
) -> None:
    for name in ("bob", "olga"):
        stranger = web(server, name).hello(fresh(name), formerly=talking.client)
        at = stranger.until("ping")["at"]
        event = {
            "type": "ended",
            "at": at,
            "connection": talking.connection,
            "call": talking.key,
            "ended_by": "remote",
        }
        stranger.send(type="phone.event", n=1, epoch=talking.epoch, event=event)
        stranger.until("ack")
    assert talking.row(store).state == "active"
    assert json.dumps(talking.socket.quiet(0.2)).find("olga") < 0


def test_a_tab_that_finds_the_lock_of_a_dead_tab_free_gets_its_phone_and_the_dead_call_is_over(
    talking: Talking, store: Database
) -> None:
    tab = talking.alice.hello(fresh("tab"))
    tab.send(type="lease.claim", lock_free=True)
    assert tab.until("lease.denied")["holder"]["client"] == talking.client, "its socket is open"
    talking.socket.close()
    tab.until("lease.denied", lambda message: message["holder"].get("why") == "silent")
    tab.send(type="lease.claim", lock_free=True)
    assert tab.until("lease.granted")["epoch"] == talking.epoch + 1
    wait_for(lambda: talking.row(store).state == "ended", 3, "the end of the call")
    assert talking.row(store).ended_by == "system"
