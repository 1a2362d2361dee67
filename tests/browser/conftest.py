"""Desks of the cast in one browser, on one Console and one SIP exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.desk import Desk
from tests.servers import ConsoleServer, pages

OpenDesk = Callable[..., Desk]


@pytest.fixture
def desk(browser: Browser, console: ConsoleServer) -> Iterator[OpenDesk]:
    """desk("alice", locale="vi-VN", server=…, within=…): a browser of her own, signed in.

    An error that no script caught fails the test.
    """
    contexts: dict[BrowserContext, str] = {}
    errors: list[str] = []

    def open_desk(
        username: str,
        server: ConsoleServer | None = None,
        within: Browser | None = None,
        **options: Any,
    ) -> Desk:
        context = (within or browser).new_context(
            **{"permissions": ["microphone"], "locale": "en-GB", **options}
        )
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on("close", lambda closed: contexts.pop(closed))
        contexts[context] = (server or console).url
        return Desk(context, server or console, username)

    yield open_desk
    for context, url in list(contexts.items()):
        pages.leave(context, url)
    assert errors == [], "uncaught script errors"


@pytest.fixture
def alice(desk: OpenDesk) -> Desk:
    return desk("alice").available()


@pytest.fixture
def bob(desk: OpenDesk) -> Desk:
    return desk("bob").available()
