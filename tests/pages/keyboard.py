"""A person without a mouse."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.servers.console_server import PASSWORD

_FOCUSED = "selector => document.activeElement?.matches(selector)"
_MOST_STOPS = 60


class Keyboard:
    """Keys on one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def sign_in(self, url: str, username: str, password: str = PASSWORD) -> None:
        self.page.goto(url)
        self.press("Tab") if not self.on("#username") else None
        self.go("#username", then=username)
        self.go("#password", then=password)
        self.press("Enter")
        self.page.wait_for_url(lambda where: "/sign-in" not in where)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def on(self, selector: str) -> bool:
        return bool(self.page.evaluate(_FOCUSED, selector))

    def go(self, selector: str, *, then: str = "", back: bool = False) -> None:
        """Tab until the element has the focus, and check that the focus is visible."""
        for _ in range(_MOST_STOPS):
            if self.on(selector):
                break
            self.press("Shift+Tab" if back else "Tab")
        assert self.on(selector), f"{selector} cannot be reached by Tab"
        assert self.page.evaluate("document.activeElement.checkVisibility()"), (
            f"{selector} has the focus and is not seen"
        )
        if then:
            self.page.keyboard.type(then)
