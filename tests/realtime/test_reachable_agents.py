"""Whether an agent can be called: pages and commands give one answer, from the phone's reports."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.servers import ConsoleServer
from tests.servers.web_client import Socket, WebClient

Web = Callable[..., WebClient]


SETTINGS = {
    "ping_seconds": 1,
    "suspect_seconds": 3,
    "fence_seconds": 4,
    "expire_seconds": 5,
    "start_grace_seconds": 1,
}


class Tab:
    """A page of an agent without a browser: it holds the phone and reports what its test says."""

    def __init__(self, web: WebClient, client: str) -> None:
        self.web, self.client, self.n = web, client, 0
        self.socket, self.epoch = web.claimed(client)

    @property
    def connection(self) -> str:
        return str(self.web.page_data()["lines"][0]["connection"])

    def starts_phone(self) -> None:
        answer = self.web.post(
            f"/phone/{self.connection}/session", client=self.client, epoch=self.epoch
        )
        assert answer.status_code == 200

    def reports(self, type: str, **more: Any) -> None:
        self.n += 1
        if type in ("registered", "unregistered", "disconnected"):
            self.socket.registered = (
                type == "registered"
            )  # before the event: the next ping may come before the ack
        event = {
            "type": type,
            "at": round(time.time() * 1000),
            "connection": self.connection,
            **more,
        }
        self.socket.send(type="phone.event", n=self.n, epoch=self.epoch, event=event)
        self.socket.until("ack")

    def chooses(self, availability: str = "available") -> tuple[int, str]:
        return chooses(self.web, self.client, self.epoch, availability)

    def shown(self, words: str) -> None:
        self.socket.until("change", lambda message: words in message["html"])

    def close(self) -> None:
        self.socket.send(type="lease.release", epoch=self.epoch)
        self.socket.until("lease.denied")
        self.web.close()


def chooses(
    web: WebClient, client: str, epoch: int, availability: str = "available"
) -> tuple[int, str]:
    answer = web.post(
        "/commands/set_availability",
        id=f"{time.monotonic()}",
        client=client,
        epoch=epoch,
        availability=availability,
    )
    return answer.status_code, answer.json()["code"] if answer.status_code != 204 else ""


@pytest.fixture
def tab(server: ConsoleServer, web: Web) -> Iterator[Tab]:
    made = Tab(web(server, "alice"), f"t{time.monotonic_ns()}")
    assert made.chooses("offline")[0] == 204
    yield made
    made.close()


def test_an_agent_without_a_line_cannot_become_available(server: ConsoleServer, web: Web) -> None:
    olga = web(server, "olga")
    _, epoch = olga.claimed("o1")
    answer = olga.post(
        "/commands/set_availability", id="x", client="o1", epoch=epoch, availability="available"
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "no_line")
    assert "quản trị viên" in answer.json()["sentence"]
    assert "Chưa có máy nhánh" in olga.http.get("/").text


def test_an_agent_without_a_phone_cannot_become_available(server: ConsoleServer, web: Web) -> None:
    assert chooses(web(server, "bob"), "b1", 0) == (422, "no_owner")


def test_becoming_available_waits_for_a_starting_phone_only(tab: Tab) -> None:
    tab.starts_phone()
    assert tab.chooses() == (422, "connecting")
    tab.reports("connected")
    assert tab.chooses() == (204, "")
    tab.shown("Phone not registered")
    tab.reports("registered")
    tab.shown("Ready for the next call")


def test_a_refused_registration_is_shown_until_a_restart(tab: Tab) -> None:
    tab.starts_phone()
    tab.reports("connected")
    tab.reports("registration_failed", sip_code=403)
    tab.reports("unregistered")
    assert tab.chooses() == (422, "registration_refused")
    tab.starts_phone()
    assert tab.chooses() == (422, "connecting")


def test_a_registration_that_failed_in_passing_is_no_refusal(tab: Tab) -> None:
    tab.starts_phone()
    tab.reports("registration_failed", sip_code=503)
    assert tab.chooses() == (422, "disconnected")


@pytest.mark.parametrize("code", [403, 503])
def test_an_agent_who_went_offline_after_a_failure_may_try_again(tab: Tab, code: int) -> None:
    tab.starts_phone()
    tab.reports("registration_failed", sip_code=code)
    assert tab.chooses()[0] == 422
    assert tab.chooses("offline") == (204, "")
    tab.reports("unregistered")
    assert tab.chooses() == (204, "")


def ready(tab: Tab) -> None:
    tab.starts_phone()
    tab.reports("connected")
    tab.reports("registered")
    assert tab.chooses() == (204, "")
    tab.shown("Ready for the next call")


def walls(server: ConsoleServer, web: Web) -> Socket:
    return web(server, "sam").hello(f"w{time.monotonic_ns()}", "wall")


def test_a_lost_phone_makes_an_available_agent_unreachable(
    server: ConsoleServer, web: Web, tab: Tab
) -> None:
    ready(tab)
    wall = walls(server, web)
    tab.reports("disconnected")
    tab.shown("Calls cannot reach you")
    html = wall.until("change", lambda message: "Phone not connected" in message["html"])["html"]
    assert 'data-unreachable="true"' in html and 'data-status="unreachable"' in html
    page = tab.web.http.get("/").text
    assert 'data-availability="available"' in page and 'data-status="unreachable"' in page


def test_a_lost_microphone_makes_an_available_agent_unreachable(tab: Tab) -> None:
    ready(tab)
    tab.socket.microphone = "denied"
    tab.shown("Microphone not allowed")
    assert tab.chooses() == (422, "microphone_denied")


def test_later_pages_show_the_agent_of_a_lost_page_unreachable(
    server: ConsoleServer, web: Web
) -> None:
    tab = Tab(web(server, "bob"), f"t{time.monotonic_ns()}")
    ready(tab)
    wall = walls(server, web)
    tab.socket.close()
    wall.until("change", lambda message: "Phone tab not responding" in message["html"])
    after = web(server, "bob").hello("elsewhere", browser="b2")
    after.until("ping")
    assert "Phone tab not responding" in after.seen[0]["html"]
    assert "Ready for the next call" not in after.seen[0]["html"]
