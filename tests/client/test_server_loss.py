"""Calls survive the server, and their rows are right afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser

from tests import pages
from tests.client.test_one_phone import banner
from tests.pages.agent_page import OpenAgentPage
from tests.servers import CHROMIUM_ARGS, LOCAL, ConsoleServer, Kamailio, Wire, start
from tests.servers.web_client import WebClient

# Waits of seconds instead of half-minutes: the order of the real ones is kept.
QUICK = {
    "ping_seconds": 1,
    "suspect_seconds": 3,
    "fence_seconds": 4,
    "expire_seconds": 6,
    "start_grace_seconds": 6,
    "silent_call_seconds": 6,
    "carry_seconds": 20,
    "ice_patience_seconds": 3,
}


@pytest.fixture
def quick(kamailio: Kamailio) -> Iterator[ConsoleServer]:
    with ConsoleServer(sip_url=kamailio.ws_url, **QUICK) as server:
        yield server


@pytest.fixture
def behind(browser: Browser) -> Iterator[Callable[[Wire], Browser]]:
    """A browser that reaches Console through a wire that can be cut, and the exchange
    without it.
    """
    opened: list[Browser] = []

    def launch_behind(wire: Wire) -> Browser:
        rules = f"--host-resolver-rules=MAP localhost:{wire.target} {LOCAL}:{wire.port}"
        others = [
            argument
            for argument in CHROMIUM_ARGS
            if not argument.startswith("--host-resolver-rules")
        ]
        opened.append(start(browser.browser_type, [*others, rules]))
        return opened[-1]

    yield launch_behind
    for one in opened:
        one.close()


def history(server: ConsoleServer, agent: str) -> list[dict[str, str]]:
    """The rows of the agent's own history page."""
    client = WebClient(server, agent)
    try:
        page = client.http.get("/history").text
    finally:
        client.close()
    return pages.history_rows(page)


def conversations(server: ConsoleServer) -> tuple[int, int]:
    """The numbers of rows and conversations that the team's supervisor has."""
    client = WebClient(server, "sam")
    try:
        rows = pages.history_rows(client.http.get("/history").text)
    finally:
        client.close()
    return len(rows), len({row["conversation"] for row in rows})


def test_the_server_is_killed_during_a_call_and_the_call_goes_on(
    agent_page: OpenAgentPage, quick: ConsoleServer
) -> None:
    alice, bob = (
        agent_page("alice", server=quick).available(),
        agent_page("bob", server=quick).available(),
    )
    alice.talks_to(bob, "1002")
    quick.crash()
    with pytest.raises(httpx.HTTPError):
        httpx.get(quick.url + "/health/live", timeout=2)
    for person in (alice, bob):
        banner(person.page, "offline")
        person.hears()
    alice.press("hold")  # the buttons drive the phone, not the server
    alice.call("held")
    alice.press("unhold")
    alice.call("active")
    alice.press("hangup")
    for person in (alice, bob):
        person.no_call()
    quick.start()
    for person in (alice, bob):
        person.wait_until(lambda person=person: len(person.recent()) == 1)
    assert [row["outcome"] for row in history(quick, "alice") + history(quick, "bob")] == [
        "completed",
        "completed",
    ]
    assert conversations(quick) == (2, 1)


def test_call_that_ended_in_a_cut_off_tab_has_one_true_row(
    agent_page: OpenAgentPage, quick: ConsoleServer, behind: Callable[[Wire], Browser]
) -> None:
    wire = Wire(quick.port)
    bob = agent_page("bob", server=quick).available()
    alice = agent_page("alice", server=quick, within=behind(wire)).available()
    alice.talks_to(bob, "1002")
    second = agent_page("alice", server=quick)
    banner(second.page, "follower")
    wire.cut()
    banner(
        alice.page, "offline", "fenced"
    )  # a busy machine is cut off for the fence's time before it finds out
    second.page.click("#take-over-button")
    choice = second.page.locator("#take-over[open] [data-choice=end]")
    choice.click()
    second.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'")
    alice.hears()  # the call goes on in the tab without a connection
    alice.press("hangup")
    alice.no_call()
    bob.no_call()
    wire.restore()
    banner(alice.page, "follower")
    second.wait_until(lambda: len(second.recent()) == 1)
    second.last_call("completed")  # which only the tab that was cut off can tell
    rows = history(quick, "alice")
    assert [(row["outcome"], row["ended_by"]) for row in rows] == [("completed", "agent")]
    assert conversations(quick) == (2, 1)
    wire.close()


def test_killed_renderer_leaves_no_open_row(
    agent_page: OpenAgentPage, quick: ConsoleServer
) -> None:
    alice, bob = (
        agent_page("alice", server=quick).available(),
        agent_page("bob", server=quick).available(),
    )
    alice.talks_to(bob, "1002")
    pages.crash(alice.page)
    bob.no_call(timeout=60)  # Bob's phone detects that no packets arrive
    bob.wait_until(lambda: len(bob.recent()) == 1)
    bob.wait_until(lambda: all(row["state"] == "ended" for row in history(quick, "alice")))
    assert [row["outcome"] for row in history(quick, "alice")] == ["failed"]
    assert conversations(quick) == (2, 1)
