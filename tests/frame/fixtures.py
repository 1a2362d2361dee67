"""Fixtures with phones in frames, on a real exchange.

A folder's conftest.py imports those that its tests use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebError

from tests.frame.inspection import spied_page
from tests.frame.phones import Phone, host_page, session_for
from tests.frame.site import PhoneSite
from tests.pages import NewPage
from tests.servers import Kamailio

NewPhone = Callable[..., Phone]


@pytest.fixture(scope="session")
def site() -> Iterator[PhoneSite]:
    with PhoneSite() as server:
        yield server


@pytest.fixture(scope="module")
def host_context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has loaded the modules once for all tests of a file."""
    context = browser.new_context(permissions=["microphone"], locale="en-GB")
    yield context
    context.close()


@pytest.fixture(scope="module")
def kept_host(host_context: BrowserContext) -> list[Page]:
    """The page that the tests of a file share, once there is one."""
    return []


@pytest.fixture
def shared_page(
    host_context: BrowserContext, kept_host: list[Page], site: PhoneSite
) -> Iterator[Callable[[], Page]]:
    """shared_page(): one page for all phones of a test, which are gone afterwards.

    An error that no script caught fails the test.
    """
    errors: list[str] = []

    def note(error: WebError) -> None:
        errors.append(str(error.error))

    def share() -> Page:
        if not kept_host:
            kept_host.append(host_page(lambda url: _opened(host_context, url), site))
        return kept_host[0]

    host_context.on("weberror", note)
    yield share
    for page in kept_host:
        page.evaluate("clear()")
    host_context.remove_listener("weberror", note)
    assert not errors, f"uncaught script errors: {errors}"


def _opened(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    return page


@pytest.fixture
def phone(shared_page: Callable[[], Page], site: PhoneSite, kamailio: Kamailio) -> NewPhone:
    """phone("1001"): this line's phone, registered unless `registered=False`. Settings override the
    session's.

    The phones of a test are frames of one page, each of an origin of its own, unless they get pages
    of their own.
    """

    def bring(
        line: str,
        *,
        page: Page | None = None,
        name: str = "",
        registered: bool = True,
        **settings: Any,
    ) -> Phone:
        page = page or shared_page()
        found = Phone(page, name or f"line{line}")
        page.evaluate(
            "args => bring(...args)",
            [
                found.name,
                site.phone_origin,
                session_for(line, kamailio.ws_url, found.name, settings),
            ],
        )
        if registered:
            found.expect("registered")
        return found

    return bring


@pytest.fixture
def talking(phone: NewPhone) -> Callable[..., tuple[Phone, Phone]]:
    """Alice (1001) has called Bob (1002), and he has answered: the two phones."""

    def call(alice: Phone | None = None, bob: Phone | None = None) -> tuple[Phone, Phone]:
        alice, bob = alice or phone("1001"), bob or phone("1002")
        assert alice.command("dial", number="1002") == "ok"
        assert bob.command("answer", call=bob.expect("ringing")["call"]) == "ok"
        for one in (alice, bob):
            one.expect("answered")
        return alice, bob

    return call


@pytest.fixture
def inspected(new_page: NewPage, site: PhoneSite, phone: NewPhone) -> Phone:
    """Alice's phone, whose tracks and devices can be read."""
    return phone("1001", page=spied_page(new_page, site))
