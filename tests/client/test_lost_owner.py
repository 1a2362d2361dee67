"""A tab that hangs or loses its lease frees the phone; a reload and a call in progress keep it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.client.test_one_phone import banner, contacts
from tests.client.test_server_loss import behind, history
from tests.pages.agent_page import AgentPage, OpenAgentPage
from tests.pages.fixtures import KeptPage
from tests.providers.sip.e2e.test_losses import renderers
from tests.servers import ConsoleServer, Kamailio, Wire, wait_for
from tests.servers.web_client import WebClient

__all__ = ["behind"]

QUICK = {
    "ping_seconds": 1,
    "suspect_seconds": 3,
    "fence_seconds": 4,
    "expire_seconds": 6,
    "start_grace_seconds": 6,
    "silent_call_seconds": 6,
    "carry_seconds": 8,
}
READY = "document.querySelector('#phone-chip').dataset.phone === 'ready'"
SESSION = "**/phone/*/session"


@pytest.fixture(scope="module")
def console(kamailio: Kamailio) -> Iterator[ConsoleServer]:
    with ConsoleServer(sip_url=kamailio.ws_url, **QUICK) as server:
        yield server


@pytest.fixture
def two_tabs(browser: Browser, agent_page: OpenAgentPage) -> tuple[AgentPage, int, AgentPage]:
    """Alice's tab with the phone, its process, and a second tab that follows."""
    before = renderers(browser)
    first = agent_page("alice")
    first.context.route(SESSION, lambda route: route.abort())
    first.page.reload()
    first.wait_until(lambda: len(renderers(browser) - before) == 1)
    (process,) = renderers(browser) - before
    first.context.unroute(SESSION)
    first.available()
    second = first.beside()
    banner(second.page, "follower")
    return first, process, second


def test_a_tab_beside_one_that_hangs_takes_its_lock_and_rings(
    two_tabs: tuple[AgentPage, int, AgentPage], kept_page: KeptPage, kamailio: Kamailio
) -> None:
    first, process, second = two_tabs
    os.kill(process, signal.SIGSTOP)
    try:
        second.wait(READY, timeout=40)
        wait_for(lambda: contacts(kamailio, "1001") == 1, 20, "one phone")
        kept_page("bob").dial("1001")
        second.call("ringing")
    finally:
        os.kill(process, signal.SIGCONT)
    assert {contacts(kamailio, "1001") for _ in range(50)} == {1}, (
        "the page that goes on registered before it knew of its loss"
    )
    banner(first.page, "follower")
    assert contacts(kamailio, "1001") == 1


def test_a_reload_beside_another_tab_keeps_the_phone(
    two_tabs: tuple[AgentPage, int, AgentPage],
) -> None:
    first, _, second = two_tabs
    for _ in range(3):
        first.page.reload()
        first.wait(READY)
        banner(second.page, "follower")


def test_call_outlives_the_lease_of_a_browser_that_was_cut_off(
    agent_page: OpenAgentPage,
    kept_page: KeptPage,
    console: ConsoleServer,
    kamailio: Kamailio,
    behind: Callable[[Wire], Browser],
) -> None:
    with Wire(console.port) as wire:
        bob = kept_page("bob")
        alice = agent_page("alice", within=behind(wire)).available()
        second = agent_page("alice")
        banner(second.page, "follower")
        alice.talks_to(bob, "1002")
        wire.cut()
        banner(alice.page, "fenced")
        second.wait(READY, timeout=40)  # longer than a silent call keeps the lease
        wire.restore()
        banner(alice.page, "follower")
        wait_for(lambda: contacts(kamailio, "1001") == 1, 20, "one phone")
        alice.hears()
        alice.press("hold")
        alice.call("held")
        alice.press("unhold")
        alice.call("active")
        alice.page.click(".call:visible [data-command=transfer]")
        alice.page.fill(".call:visible input[name=to]", "1003")
        alice.page.click(".call:visible button[value=consult]")
        alice.page.get_by_text("Your phone has moved to another tab").wait_for()
        bob.press("hangup")
        alice.no_call()
        wait_for(
            lambda: history(console, "alice")[0]["state"] == "ended", 20, "the end of the call"
        )
        assert history(console, "alice")[0]["ended_by"] == "remote"


def test_call_outlives_a_sign_out_from_elsewhere(
    agent_page: OpenAgentPage, kept_page: KeptPage, console: ConsoleServer, kamailio: Kamailio
) -> None:
    alice, bob = agent_page("alice").available(), kept_page("bob")
    alice.talks_to(bob, "1002")
    elsewhere = agent_page("alice")
    elsewhere.page.goto(f"{console.url}/sessions")
    elsewhere.page.locator(".session form button:not(.good)").nth(1).click()
    wait_for(lambda: contacts(kamailio, "1001") == 0, 20, "the phone unregisters")
    alice.hears()
    bob.press("hangup")
    alice.page.wait_for_url("**/sign-in*")
    assert history(console, "alice")[0]["ended_by"] == "remote"


def test_a_call_goes_on_in_a_tab_whose_client_id_is_reused(
    agent_page: OpenAgentPage, kept_page: KeptPage, console: ConsoleServer
) -> None:
    alice, bob = agent_page("alice").available(), kept_page("bob")
    alice.talks_to(bob, "1002")
    key = "Object.keys(sessionStorage).find((key) => key.startsWith('console.client.'))"
    id = alice.page.evaluate(f"sessionStorage.getItem({key})")
    copy = WebClient(console, "alice")
    try:
        copy.hello(id)
        banner(alice.page, "follower")
        alice.hears()
        assert alice.page.evaluate(f"sessionStorage.getItem({key})") != id
        bob.press("hangup")
        alice.no_call()
        wait_for(
            lambda: history(console, "alice")[0]["ended_by"] == "remote",
            20,
            "the facts of the call",
        )
    finally:
        copy.close()
