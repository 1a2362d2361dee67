"""Desks on the pretend VCC cloud: a Console whose simulator is a part of its own, and whose SIP
exchange is away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.vcc_desk import VccDesk
from tests.servers import ConsoleServer, pages
from tests.servers.server_process import free_port
from tests.servers.simulator import Simulator

OpenDesk = Callable[..., VccDesk]


@pytest.fixture(scope="module")
def exchange() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture(scope="module")
def console(exchange: Simulator) -> Iterator[ConsoleServer]:
    with ConsoleServer(
        sip_url=f"ws://127.0.0.1:{free_port()}", simulator="on", simulator_port=exchange.port
    ) as server:
        yield server


@pytest.fixture
def desk(browser: Browser, console: ConsoleServer, exchange: Simulator) -> Iterator[OpenDesk]:
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_desk(username: str = "alice", **options: object) -> VccDesk:
        context = browser.new_context(
            **{"permissions": ["microphone"], "locale": "en-GB", **options}
        )  # type: ignore[arg-type]
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
        return VccDesk(context, console, username, exchange)

    exchange.works()
    yield open_desk
    for context in contexts:
        pages.leave(context, console.url)
    exchange.restart()
    assert errors == [], "uncaught script errors"
