"""Fixtures for tests with pages of the demo's agents, on one Console and one SIP exchange.

A folder's conftest.py imports those that its tests use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests import pages
from tests.pages import NewContext
from tests.pages.agent_page import AgentPage, OpenAgentPage
from tests.pages.kept import KeptPages, WithPage
from tests.servers import ConsoleServer
from tests.servers.agents import create_agent

KeptPage = Callable[[str], AgentPage]
P = TypeVar("P", bound=WithPage)


@pytest.fixture
def agent_page(
    new_context: NewContext, console: ConsoleServer, kept_pages: KeptPages[AgentPage]
) -> Iterator[OpenAgentPage]:
    """agent_page("alice", server=…, within=…, script=…, locale="vi-VN"): signed in, in a browser
    of its own. The script runs before those of the page.

    For tests of how a page opens and is lost; the others take `kept_page`.
    """
    opened: dict[BrowserContext, str] = {}

    def open_page(
        username: str,
        server: ConsoleServer | None = None,
        within: Browser | None = None,
        script: str = "",
        **options: Any,
    ) -> AgentPage:
        if server is None:
            kept_pages.drop(username)
        context = new_context(within, **options)
        if script:
            context.add_init_script(script)
        context.on("close", lambda closed: opened.pop(closed))
        opened[context] = (server or console).url
        return AgentPage(context, server or console, username)

    yield open_page
    for context, url in list(opened.items()):
        pages.leave(context, url)


@pytest.fixture(scope="module")
def kept_pages(browser: Browser, console: ConsoleServer) -> Iterator[KeptPages[AgentPage]]:
    kept = KeptPages(
        browser, lambda context, username: AgentPage(context, console, username).available()
    )
    yield kept
    kept.close()


@pytest.fixture
def kept_page(kept_pages: KeptPages[AgentPage]) -> Iterator[KeptPage]:
    """kept_page("alice"): available; the same page in each test of a file that leaves it calm."""
    yield from one_test(kept_pages)


def one_test(kept: KeptPages[P]) -> Iterator[Callable[[str], P]]:
    """The kept pages for one test; an error that no script caught fails it."""
    kept.errors.clear()
    yield kept.get
    kept.rest()
    assert kept.errors == [], "uncaught script errors"


@pytest.fixture
def alice(kept_page: KeptPage) -> AgentPage:
    return kept_page("alice")


@pytest.fixture
def bob(kept_page: KeptPage) -> AgentPage:
    return kept_page("bob")


@pytest.fixture(scope="module")
def with_carol(console: ConsoleServer) -> ConsoleServer:
    """A third agent, to whom a call can be transferred."""
    create_agent(console)
    return console
