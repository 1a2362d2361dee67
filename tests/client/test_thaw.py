"""A page that was stopped for a while, like one on a sleeping machine, goes on."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests import pages
from tests.client.test_one_phone import banner
from tests.pages.agent_page import OpenAgentPage
from tests.servers import ConsoleServer, Kamailio, wait_for

# A stop is longer than the fence and shorter than the lease, and two pings are far from each other.
SLOW_PINGS = {"ping_seconds": 9, "suspect_seconds": 30, "fence_seconds": 10, "expire_seconds": 60}
STOPPED_MS = 12_000

_WATCH = """() => {
  window.seen = [];
  const chip = document.getElementById("phone-chip");
  const look = () => seen.push([performance.now(), chip.dataset.phone]);
  new MutationObserver(look).observe(chip, { attributes: true, attributeFilter: ["data-phone"] });
}"""


@pytest.fixture
def slow(kamailio: Kamailio) -> Iterator[ConsoleServer]:
    with ConsoleServer(sip_url=kamailio.ws_url, **SLOW_PINGS) as server:
        yield server


def renderers(browser: Browser) -> set[int]:
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    return {process["id"] for process in processes if process["type"] == "renderer"}


def stop(pids: set[int]) -> Callable[[], None]:
    """Stops these processes; what it answers lets them go on."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    return lambda: [os.kill(pid, signal.SIGCONT) for pid in pids] and None


def hears_of_others(page: Page) -> None:
    """The page has reloaded and knows that another client elsewhere could take the phone."""
    heard: list[str] = []
    page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda text: heard.append(str(text)))
    )
    page.reload()
    ready(page)
    wait_for(
        lambda: (
            page.evaluate("1") and any('"others":true' in text.replace(" ", "") for text in heard)
        ),
        15,
        "a ping",
    )


def ready(page: Page) -> None:
    pages.until(page, "document.querySelector('#phone-chip').dataset.phone === 'ready'")


def test_a_holder_resuming_within_its_lease_is_unfenced_at_once(
    agent_page: OpenAgentPage, slow: ConsoleServer, browser: Browser
) -> None:
    alice = agent_page("alice", server=slow).available()
    before = renderers(browser)
    elsewhere = agent_page("alice", server=slow)
    banner(elsewhere.page, "follower")
    followers = renderers(browser) - before
    hears_of_others(alice.page)
    alice.page.evaluate(_WATCH)
    stopped = alice.page.evaluate("performance.now()")
    go_on = stop(renderers(browser) - followers)
    try:
        elsewhere.page.wait_for_timeout(STOPPED_MS)
    finally:
        go_on()
    ready(alice.page)
    after = f"seen.filter(([at]) => at > {stopped + STOPPED_MS / 2})"
    seen = pages.until(
        alice.page, f"{after}.length > 1 && {after}.at(-1)[1] === 'ready' && {after}"
    )
    assert seen[-1][0] - seen[0][0] < 3000, seen  # the next ping may be 9 s away
