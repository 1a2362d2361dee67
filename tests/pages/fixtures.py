"""Fixtures for tests with pages of the demo's agents, on one Console and one SIP exchange.

A folder's conftest.py imports those that its tests use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests import pages
from tests.pages import NewContext
from tests.pages.agent_page import AgentPage, OpenAgentPage
from tests.pages.kept import KeptPages
from tests.servers import ConsoleServer
from tests.servers.agents import create_agent


@pytest.fixture
def agent_page(new_context: NewContext, console: ConsoleServer) -> Iterator[OpenAgentPage]:
    """agent_page("alice", locale="vi-VN", server=…, within=…): signed in, in its own browser."""
    opened: dict[BrowserContext, str] = {}

    def open_page(
        username: str,
        server: ConsoleServer | None = None,
        within: Browser | None = None,
        **options: Any,
    ) -> AgentPage:
        context = new_context(within, **options)
        context.on("close", lambda closed: opened.pop(closed))
        opened[context] = (server or console).url
        return AgentPage(context, server or console, username)

    yield open_page
    for context, url in list(opened.items()):
        pages.leave(context, url)


@pytest.fixture
def alice(agent_page: OpenAgentPage) -> AgentPage:
    return agent_page("alice").available()


@pytest.fixture
def bob(agent_page: OpenAgentPage) -> AgentPage:
    return agent_page("bob").available()


@pytest.fixture(scope="module")
def kept_pages(browser: Browser, console: ConsoleServer) -> Iterator[KeptPages]:
    kept = KeptPages(browser, console)
    yield kept
    kept.close()


@pytest.fixture
def kept_page(kept_pages: KeptPages) -> Iterator[Callable[[str], AgentPage]]:
    """kept_page("alice"): available; the same page in each test of a file that leaves it calm."""
    kept_pages.errors.clear()
    yield kept_pages.get
    kept_pages.rest()
    assert kept_pages.errors == [], "uncaught script errors"


@pytest.fixture(scope="module")
def with_carol(console: ConsoleServer) -> ConsoleServer:
    """A third agent, to whom a call can be transferred."""
    create_agent(console)
    return console
