"""A stopped page with a VCC phone: the scripts run on in the frame and must not ring."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.pages.stopped_page import Watched, watched
from tests.providers.sip.e2e.test_losses import renderers
from tests.providers.vcc.e2e.agent_page import MOBILE
from tests.providers.vcc.e2e.kept_pages import KeptVccPage
from tests.servers import ConsoleServer, wait_for
from tests.servers.agents import create_agent
from tests.servers.simulator import Simulator


@pytest.fixture(scope="module")
def console(exchange: Simulator) -> Iterator[ConsoleServer]:
    quick = {"ping_seconds": 1, "fence_seconds": 4}
    with ConsoleServer(simulator="on", simulator_port=exchange.port, **quick) as server:
        create_agent(server, "kim", "5003", "Demo VCC")
        yield server


@pytest.fixture(scope="module")
def others(browser: Browser) -> set[int]:
    """The processes of other pages."""
    return renderers(browser)


@pytest.fixture
def kim(browser: Browser, others: set[int], kept_page: KeptVccPage) -> Watched:
    return watched(browser, kept_page("kim", reloads=True), others)


def test_stopped_page_is_not_reached_until_it_runs(kim: Watched, exchange: Simulator) -> None:
    exchange.wait_for_browser("5003")
    for _ in range(2):  # the vendor's scripts do not see how their user agent is started again
        with kim.stopped():
            wait_for(lambda: not exchange.agent("5003")["reachable"], 20, "no call rings there")
        kim.agent.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'")
        exchange.wait_for_browser("5003")


def test_ring_at_a_stopped_page_ends_with_its_fence(kim: Watched, exchange: Simulator) -> None:
    exchange.wait_for_browser("5003")
    call = exchange.place(MOBILE, "5003", patience=120)
    kim.agent.call("ringing")
    with kim.stopped():
        exchange.wait_for_state(call, "ended", within=14)
        wait_for(lambda: not exchange.agent("5003")["reachable"], 20, "no call rings there")
    kim.agent.no_call()
