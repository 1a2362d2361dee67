"""A Console with Alice's pages and calls, for the tests of the customer's panel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize

from tests import pages
from tests.pages import NewContext
from tests.pages.kept import OnePage
from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient

AN, BINH, STRANGER = "0912345200", "0987654200", "0912000111"  # the demo knows the first two
WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 320, "height": 720}
_NOBODY = "document.querySelector('#customer').dataset.state === 'none'"
NAME = "#customer .customer-form [name=name]"

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def phone(server: ConsoleServer) -> Iterator[ScriptedPhone]:
    """Owns Alice's phone, so that Alice's pages are remote controls.

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


@pytest.fixture(scope="module")
def kept_page(browser: Browser, server: ConsoleServer, phone: ScriptedPhone) -> Iterator[OnePage]:
    kept = OnePage(browser, server, when=_NOBODY, viewport=WIDE)
    yield kept
    kept.close()


@pytest.fixture
def page(kept_page: OnePage) -> Iterator[Page]:
    """Alice's workspace without a call, wide; the same in each test of a file."""
    page = kept_page.calm()
    page.set_viewport_size(WIDE)
    page.locator("#customer[data-state=none]").wait_for(state="attached")
    yield page
    assert kept_page.errors == [], "uncaught script errors"


@pytest.fixture
def open_page(new_context: NewContext, server: ConsoleServer) -> Open:
    """open_page("alice", width and other context options): a workspace in a browser of its own."""

    def open_workspace(username: str = "alice", **options: object) -> Page:
        context = new_context(**{"viewport": WIDE, **options})
        context.set_default_timeout(pages.PATIENCE * 1000)
        return pages.sign_in(context.new_page(), server, username)

    return open_workspace


@pytest.fixture
def calls() -> Iterator[ExitStack]:
    """Ends the calls of this test after it: calls.callback(phone.ends, "k")."""
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
