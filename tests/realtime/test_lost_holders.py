"""Holders that crash, are signed out or lose their lease during a call: other pages' view, and the
end of the call.
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


SETTINGS = QUICK


@pytest.fixture
def store(server: ConsoleServer) -> Iterator[Database]:
    database = Database(server.database_url)
    yield database
    database.close()


class Talking:
    """Alice's page that holds the phone, on a call with a customer."""

    def __init__(self, alice: WebClient, client: str, answered: bool = True) -> None:
        self.alice, self.client, self.key, self.n = alice, client, fresh("call"), 0
        self.socket, self.epoch = alice.claimed(client)
        self.connection = alice.page_data()["lines"][0]["connection"]
        self.socket.calls = [self.key]
        self.reports("ringing", direction="inbound", number="0912345678")
        if answered:
            self.reports("answered")

    def reports(self, type: str, **facts: object) -> None:
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
    with store.write() as session:  # rows that a test leaves behind
        session.query(models.Lease).update({"holder": None, "left_at": None})
        session.query(models.Client).update({"worker": ""})


@pytest.fixture
def other(server: ConsoleServer, web: Web, talking: Talking) -> tuple[WebClient, Socket]:
    """Alice's page in another browser."""
    elsewhere = web(server, "alice")
    return elsewhere, elsewhere.hello(fresh("other"), browser="b2")


def test_other_pages_learn_when_the_holder_is_silent_and_back(
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


def test_take_over_with_end_ends_the_call_of_a_dead_page(
    talking: Talking, other: tuple[WebClient, Socket], store: Database
) -> None:
    _, socket = other
    talking.socket.close()
    socket.until("lease.denied", lambda message: message["holder"].get("why") == "silent")
    socket.send(type="lease.claim", confirm=True, call="end")
    assert socket.until("lease.granted")["epoch"] == talking.epoch + 1
    wait_for(lambda: talking.row(store).state == "ended", 3, "the end of the call")
    assert talking.row(store).ended_by == "agent"


def test_a_returning_page_learns_that_its_call_has_ended(
    talking: Talking, other: tuple[WebClient, Socket], store: Database
) -> None:
    _, socket = other
    talking.socket.close()
    socket.send(type="lease.claim", confirm=True, call="end")
    socket.until("lease.granted")
    back = talking.alice.hello(talking.client, epoch=talking.epoch)
    revoked = back.until("lease.revoked")
    assert (revoked["epoch"], revoked["call"]) == (talking.epoch, "end")


def test_take_over_without_end_keeps_the_call_and_its_events(
    talking: Talking, other: tuple[WebClient, Socket], store: Database
) -> None:
    """Silence the page long enough that a click alone takes its lease."""
    _, socket = other
    talking.socket.answers = False
    talking.socket.until("ping")  # the server has read the last answer long ago
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
    talking.reports("ended", ended_by="remote", cause="completed")
    assert (talking.row(store).state, talking.row(store).ended_by) == ("ended", "remote")


def test_sign_out_elsewhere_keeps_the_call_until_it_ends(
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
    talking.reports("ended", ended_by="remote", cause="completed")
    talking.socket.calls = []
    assert talking.socket.goodbye() == (4401, 4401)
    assert (talking.row(store).state, talking.row(store).ended_by) == ("ended", "remote")


def test_a_signed_out_page_without_a_call_is_closed_at_once(
    server: ConsoleServer, web: Web
) -> None:
    idle, elsewhere = web(server, "bob"), web(server, "bob")
    socket = idle.hello(fresh("idle"))
    idle.http.post("/sign-out", data={"csrf_token": idle.csrf})
    assert socket.goodbye() == (4401, 4401)
    assert elsewhere.http.get("/").status_code == 200


def test_a_replaced_page_reports_its_events_under_its_new_id(
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


def test_no_other_client_reports_events_under_a_foreign_id(
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


def test_a_tab_with_a_dead_tabs_lock_gets_the_lease(talking: Talking, store: Database) -> None:
    tab = talking.alice.hello(fresh("tab"))
    tab.send(type="lease.claim", lock_free=True)
    assert tab.until("lease.denied")["holder"]["client"] == talking.client, "its socket is open"
    talking.socket.close()
    tab.until("lease.denied", lambda message: message["holder"].get("why") == "silent")
    tab.send(type="lease.claim", lock_free=True)
    assert tab.until("lease.granted")["epoch"] == talking.epoch + 1
    wait_for(lambda: talking.row(store).state == "ended", 3, "the end of the call")
    assert talking.row(store).ended_by == "system"
