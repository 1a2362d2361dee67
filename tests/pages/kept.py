"""Agents' pages that stay open from one test of a file to the next: opening one takes as much of
the processor as a whole call.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests import pages
from tests.servers import ConsoleServer


class WithPage(Protocol):
    """An agent's page object."""

    context: BrowserContext
    page: Page
    url: str


P = TypeVar("P", bound=WithPage)

# A test may leave menus, forms and ended calls; a new page has none of them.
_TIDY = """
() => {
  for (const open of document.querySelectorAll(":popover-open")) open.hidePopover();
  for (const open of document.querySelectorAll("dialog[open]")) open.close();
  for (const ended of document.querySelectorAll(".call[data-state=ended] [data-command=close]"))
    ended.click();
  const number = document.querySelector("#dial-number");
  number.value = "";
  number.dispatchEvent(new Event("input", { bubbles: true }));
  document.activeElement?.blur();
}
"""
_HANG_UP = ".call:not([data-state=ended]) [data-command=hangup]:visible"
_AWAY = "#no-call [data-set-availability=available]:visible"
_IS_CALM = """
() => location.pathname === "/" && document.querySelector("#phone-chip")?.dataset.phone === "ready"
  && document.querySelector("#calls")?.dataset.availability === "available"
  && !document.querySelector(".call:not([data-state=ended])")
"""
_IS_EMPTY = f"""
() => {{
  document.getElementById("notice").hidden = true;
  for (const each of document.querySelectorAll("*")) if (each.scrollTop) each.scrollTop = 0;
  ({_TIDY.strip()})();
  return !document.querySelector(".call");
}}
"""
# A person keeps their choices here (a hotline, shortcuts); the rest names tabs and clients.
_CHOICES = "() => JSON.stringify(Object.entries({ ...localStorage }).sort())"


class KeptPages(Generic[P]):
    """One page of each agent, available and without a call when a test gets it.

    `open_page(context, username)` opens an available page. A page that a test leaves in any other
    state is closed, and the next test gets a new one. The pages do without motion: a ringing card
    is painted sixty times a second.
    """

    def __init__(
        self, browser: Browser, open_page: Callable[[BrowserContext, str], P], **options: Any
    ) -> None:
        self.errors: list[str] = []
        self._browser, self._open_page, self._options = browser, open_page, options
        self._pages: dict[str, P] = {}
        self._choices: dict[str, str] = {}

    def get(self, username: str) -> P:
        if username not in self._pages:
            self._pages[username] = page = self._open(username)
            self._choices[username] = page.page.evaluate(_CHOICES)
        return self._pages[username]

    def _open(self, username: str) -> P:
        context = self._browser.new_context(
            **{
                "permissions": ["microphone"],
                "locale": "en-GB",
                "reduced_motion": "reduce",
                **self._options,
            }
        )
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        return self._open_page(context, username)

    def rest(self) -> None:
        """Ends what a test has left: routes, second tabs and calls."""
        for page in self._pages.values():
            _restore(page)
        for username, page in list(self._pages.items()):
            if not self._is_as_opened(username, page):
                self.drop(username)

    def drop(self, username: str) -> None:
        """Closes the agent's page, if there is one: their phone is free for another browser."""
        if page := self._pages.pop(username, None):
            pages.leave(page.context, page.url)

    def _is_as_opened(self, username: str, page: P) -> bool:
        try:
            return bool(pages.until(page.page, _IS_CALM, timeout=5)) and (
                page.page.evaluate(_CHOICES) == self._choices[username]
            )
        except (AssertionError, Error):
            return False

    def close(self) -> None:
        for username in list(self._pages):
            self.drop(username)


class OnePage:
    """A page without a phone of its own, for all tests of a file.

    `calm()` is the page without calls, menus and typed text, on which the expression `when` is
    true; it is loaded again when a test has left it in another state.
    """

    def __init__(
        self,
        browser: Browser,
        server: ConsoleServer,
        username: str = "alice",
        script: str = "",
        when: str = "true",
        **options: Any,
    ) -> None:
        self.errors: list[str] = []
        self._is_calm = f"({_IS_EMPTY.strip()})() && {when}"
        self._context = browser.new_context(
            **{"permissions": ["microphone"], "locale": "en-GB", **options}
        )
        self._context.set_default_timeout(pages.PATIENCE * 1000)
        self._context.on("weberror", lambda error: self.errors.append(str(error.error)))
        if script:
            self._context.add_init_script(script)
        self._page = pages.sign_in(self._context.new_page(), server, username)

    def calm(self) -> Page:
        self.errors.clear()
        _only(self._page)
        self._context.set_offline(False)
        try:
            pages.until(self._page, self._is_calm, timeout=2)
        except (AssertionError, Error):
            self._page.reload()
        return self._page

    def close(self) -> None:
        self._context.close()


def _only(page: Page) -> None:
    """Ends the routes and the second tabs of the page's browser."""
    page.unroute_all()
    page.context.unroute_all()
    for other in page.context.pages:
        if other is not page:
            other.close()


def _restore(agent: WithPage) -> None:
    with contextlib.suppress(Error):
        _only(agent.page)
        hang_up = agent.page.locator(_HANG_UP)
        while hang_up.count():
            hang_up.first.click(timeout=2000)
            agent.page.wait_for_timeout(200)
        agent.page.evaluate(_TIDY)
        away = agent.page.locator(_AWAY)
        if away.count():
            away.first.click(timeout=2000)
