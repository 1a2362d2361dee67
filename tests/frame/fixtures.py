"""Fixtures with phones in frames, on a real exchange.

A folder's conftest.py imports those that its tests use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.frame.inspection import spied_page
from tests.frame.phones import Phone, host_page, session_for
from tests.frame.site import PhoneSite
from tests.pages import NewPage
from tests.servers import Kamailio


@pytest.fixture(scope="session")
def site() -> Iterator[PhoneSite]:
    with PhoneSite() as server:
        yield server


@pytest.fixture
def phone(
    site: PhoneSite, kamailio: Kamailio, new_page: Callable[..., Page]
) -> Callable[..., Phone]:
    """phone("1001"): this line's phone, registered unless `registered=False`. Settings override the
    session's.

    The phones of a test are frames of one page, each of an origin of its own, unless they get pages
    of their own.
    """
    shared: list[Page] = []

    def bring(
        line: str,
        *,
        page: Page | None = None,
        name: str = "",
        registered: bool = True,
        **settings: Any,
    ) -> Phone:
        if not page and not shared:
            shared.append(host_page(new_page, site))
        page = page or shared[0]
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
def talking(phone: Callable[..., Phone]) -> Callable[..., tuple[Phone, Phone]]:
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
def inspected(new_page: NewPage, site: PhoneSite, phone: Callable[..., Phone]) -> Phone:
    """Alice's phone, whose tracks and devices can be read."""
    return phone("1001", page=spied_page(new_page, site))
