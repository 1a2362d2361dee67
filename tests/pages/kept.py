"""Agents' pages that stay open from one test of a file to the next: opening one takes as much of
the processor as a whole call.
"""

from __future__ import annotations

import contextlib

from playwright.sync_api import Browser, BrowserContext, Error

from tests import pages
from tests.pages.agent_page import AgentPage
from tests.servers import ConsoleServer

_IS_CALM = """
() => location.pathname === "/" && document.querySelector("#phone-chip")?.dataset.phone === "ready"
  && document.querySelector("#calls")?.dataset.availability === "available"
  && !document.querySelector(".call:not([data-state=ended])")
"""
_HANG_UP = ".call:not([data-state=ended]) [data-command=hangup]:visible"


class KeptPages:
    """One page of each agent, available and without a call when a test gets it.

    A page that a test leaves in any other state is closed, and the next test gets a new one.
    """

    def __init__(self, browser: Browser, console: ConsoleServer) -> None:
        self.errors: list[str] = []
        self._browser, self._console = browser, console
        self._pages: dict[str, AgentPage] = {}

    def get(self, username: str) -> AgentPage:
        if username not in self._pages:
            self._pages[username] = self._open(username).available()
        return self._pages[username]

    def _open(self, username: str) -> AgentPage:
        context = self._browser.new_context(permissions=["microphone"], locale="en-GB")
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        return AgentPage(context, self._console, username)

    def rest(self) -> None:
        """Ends what a test has left: routes, second tabs and calls."""
        for page in self._pages.values():
            _restore(page)
        for username, page in list(self._pages.items()):
            if not _is_calm(page):
                del self._pages[username]
                pages.leave(page.context, page.url)

    def close(self) -> None:
        for page in self._pages.values():
            pages.leave(page.context, page.url)


def _restore(agent: AgentPage) -> None:
    with contextlib.suppress(Error):
        agent.context.unroute_all()
        _close_tabs(agent.context, agent)
        hang_up = agent.page.locator(_HANG_UP)
        while hang_up.count():
            hang_up.first.click(timeout=2000)
            agent.page.wait_for_timeout(200)


def _close_tabs(context: BrowserContext, agent: AgentPage) -> None:
    for page in context.pages:
        if page is not agent.page:
            page.close()


def _is_calm(agent: AgentPage) -> bool:
    try:
        return bool(pages.until(agent.page, _IS_CALM, timeout=5))
    except (AssertionError, Error):
        return False
