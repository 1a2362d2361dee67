"""Fixtures on the pretend VCC cloud: agents' pages on a Console whose simulator is a process of its
own and whose SIP exchange is away, and bare pages without Console.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext

from tests import pages
from tests.pages import NewContext
from tests.providers.vcc.e2e.agent_page import QUICK_RETRIES, OpenAgentPage, VccAgentPage, switches
from tests.providers.vcc.e2e.bare_fixtures import bare, simulator, site
from tests.servers import ConsoleServer
from tests.servers.server_process import free_port
from tests.servers.simulator import Simulator

__all__ = ["bare", "simulator", "site"]


@pytest.fixture(scope="module")
def exchange() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture(scope="module")
def console(exchange: Simulator) -> Iterator[ConsoleServer]:
    with ConsoleServer(
        sip_url=f"ws://127.0.0.1:{free_port()}", simulator="on", simulator_port=exchange.port
    ) as server:
        yield server


@pytest.fixture
def quick_retries(exchange: Simulator) -> Iterator[None]:
    """The vendor's scripts reconnect after 0.3 s; other switches are reset after the test."""
    switches(exchange, **QUICK_RETRIES)
    yield
    switches(exchange)


@pytest.fixture
def agent_page(
    new_context: NewContext, console: ConsoleServer, exchange: Simulator
) -> Iterator[OpenAgentPage]:
    opened: list[BrowserContext] = []

    def open_page(username: str = "alice", **options: object) -> VccAgentPage:
        context = new_context(**options)
        context.on("close", lambda closed: opened.remove(closed))
        opened.append(context)
        return VccAgentPage(context, console, username, exchange)

    exchange.works()
    yield open_page
    for context in list(opened):
        pages.leave(context, console.url)
    exchange.restart()
