"""Fixtures on the pretend VCC cloud: agents' pages on a Console whose simulator is a process of its
own, without lines on the SIP exchange, and bare pages without Console.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests import pages
from tests.pages import NewContext
from tests.pages.fixtures import one_test
from tests.providers.vcc.e2e.agent_page import OpenAgentPage, VccAgentPage, end_calls, switches
from tests.providers.vcc.e2e.bare_fixtures import bare, simulator, site
from tests.providers.vcc.e2e.kept_pages import KeptVccPage, KeptVccPages
from tests.servers import ConsoleServer
from tests.servers.agents import remove_lines
from tests.servers.simulator import Simulator

__all__ = ["bare", "simulator", "site"]


@pytest.fixture(scope="module")
def exchange() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture(scope="module")
def console(exchange: Simulator) -> Iterator[ConsoleServer]:
    with ConsoleServer(simulator="on", simulator_port=exchange.port) as server:
        remove_lines(server)
        yield server


@pytest.fixture
def agent_page(
    new_context: NewContext, console: ConsoleServer, exchange: Simulator, kept_pages: KeptVccPages
) -> Iterator[OpenAgentPage]:
    """For tests of how a page opens and is lost; the others take `kept_page`."""
    opened: list[BrowserContext] = []

    def open_page(username: str = "alice", **options: object) -> VccAgentPage:
        kept_pages.drop(username)
        context = new_context(**options)
        context.on("close", lambda closed: opened.remove(closed))
        opened.append(context)
        return VccAgentPage(context, console, username, exchange)

    exchange.works()
    yield open_page
    for context in list(opened):
        pages.leave(context, console.url)
    exchange.works()
    end_calls(exchange)
    switches(exchange)


@pytest.fixture(scope="module")
def kept_pages(
    browser: Browser, console: ConsoleServer, exchange: Simulator
) -> Iterator[KeptVccPages]:
    kept = KeptVccPages(browser, console, exchange)
    yield kept
    kept.close()


@pytest.fixture
def kept_page(kept_pages: KeptVccPages) -> Iterator[KeptVccPage]:
    """kept_page("alice", newest=False): available, on this build of the vendor's scripts."""
    yield from one_test(kept_pages)


@pytest.fixture
def alice(kept_page: KeptVccPage) -> VccAgentPage:
    return kept_page("alice")


@pytest.fixture
def bob(kept_page: KeptVccPage) -> VccAgentPage:
    return kept_page("bob")
