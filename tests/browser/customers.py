"""A Console with Alice's pages and calls, for the tests of the customer's panel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.servers import ConsoleServer, pages
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient

AN, BINH, STRANGER = "0912345200", "0987654200", "0912000111"  # the demo knows the first two
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 720}
NAME = "#customer .customer-form [name=name]"

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    with ConsoleServer() as console:
        yield console


@pytest.fixture(scope="module")
def phone(server: ConsoleServer) -> Iterator[ScriptedPhone]:
    """Owns Alice's phone, so that her pages are remote controls.

    One call with An is over and has a note.
    """
    with ScriptedPhone(WebClient(server, "alice"), keeps=True) as far:
        far.talks("before", AN)
        far.ends("before")
        far.web.post(
            "/commands/note",
            id="n",
            client=far.client,
            epoch=far.epoch,
            call="before",
            text="Hẹn gọi lại\nlúc <b>ba</b> giờ",
        )
        yield far


@pytest.fixture
def open_page(browser: Browser, server: ConsoleServer) -> Iterator[Open]:
    """open_page("alice", width and other context options): her workspace in a browser of her own.

    Uncaught script errors are errors.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def sit_down(username: str = "alice", **options: object) -> Page:
        context = browser.new_context(
            **{"locale": "en-GB", "permissions": ["microphone"], "viewport": WIDE, **options}
        )  # type: ignore[arg-type]
        context.set_default_timeout(8000)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
        return pages.sign_in(context.new_page(), server, username)

    yield sit_down
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def calls() -> Iterator[ExitStack]:
    """Calls that this test begins are over after it: calls.callback(phone.ends, "k")."""
    with ExitStack() as stack:
        yield stack


def first(page: Page, held: list[Route]) -> Route:
    """The first question that a test holds back, once the page has asked it."""
    for _ in range(100):
        if held:
            break
        page.wait_for_timeout(50)
    return held[0]


def shows(page: Page, *words: str) -> None:
    for each in words:
        page.locator("#customer[data-state=ready]", has_text=each).wait_for()
