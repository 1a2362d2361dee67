"""Fixtures: real servers and real browsers, started when a test asks for them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from console.storage import schema
from console.storage.database import Database
from tests import compiled_templates, shared_statements
from tests.failure_report import sections
from tests.longest_first import longest_first
from tests.pages import PATIENCE, NewContext, NewPage
from tests.servers import ConsoleServer, Kamailio, Postgres, Redis, launch
from tests.servers.web_client import WebClient

# No deadlines: a busy machine is slow. The same examples each time, so that a test that passed
# passes again; `make explore` tries others.
_CALM: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [hypothesis.HealthCheck.too_slow],
}
hypothesis.settings.register_profile("console", derandomize=True, **_CALM)
hypothesis.settings.register_profile("explore", derandomize=False, max_examples=1500, **_CALM)
hypothesis.settings.load_profile("console")
compiled_templates.reuse(compiled_templates.directory())
shared_statements.share()
expect.set_options(timeout=PATIENCE * 1000)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that open Chromium are marked: they run apart from the others, because their waits are
    real time. Long files come first.
    """
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    longest_first(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when in ("setup", "call") and report.failed:
        report.sections.extend(sections(getattr(item, "funcargs", {})))
    return report


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres() as cluster:
        yield cluster


@pytest.fixture
def redis_server() -> Iterator[Redis]:
    with Redis() as server:
        yield server


@pytest.fixture(scope="module")
def kamailio() -> Iterator[Kamailio]:
    with Kamailio() as server:
        yield server


def _upgrade(url: str) -> None:
    database = Database(url)
    schema.upgrade(database)
    database.close()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    _upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(empty_sqlite: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(empty_sqlite, tmp_path / 'console.db')}"


@pytest.fixture
def postgresql_url(postgres: Postgres) -> str:
    return postgres.emptied_database(_upgrade)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def console(kamailio: Kamailio) -> Iterator[ConsoleServer]:
    """Console with the demo, its lines on `kamailio`."""
    with ConsoleServer(sip_url=kamailio.ws_url) as server:
        yield server


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    """Console with the demo, its lines on an exchange that is away."""
    with ConsoleServer() as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[NewContext]:
    """new_context(within=…, **options): one person's browser with a microphone.

    An error that no script caught fails the test, in tabs and frames alike.
    """
    opened: list[BrowserContext] = []
    errors: list[str] = []

    def open_context(within: Browser | None = None, **options: Any) -> BrowserContext:
        context = (within or browser).new_context(
            **{"permissions": ["microphone"], "locale": "en-GB", **options}
        )
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on("close", lambda closed: opened.remove(closed))
        opened.append(context)
        return context

    yield open_context
    for context in list(opened):
        context.close()
    assert not errors, f"uncaught script errors: {errors}"


@pytest.fixture
def new_page(new_context: NewContext) -> NewPage:
    """new_page(url="", **context options): page.context.new_page() is a second tab."""

    def open_page(url: str = "", **options: Any) -> Page:
        page = new_context(**options).new_page()
        if url:
            page.goto(url)
        return page

    return open_page


@pytest.fixture
def web() -> Iterator[Callable[..., WebClient]]:
    """web(server, "alice"): a signed-in person without a page; sockets are closed afterwards."""
    made: list[WebClient] = []

    def make(server: ConsoleServer, username: str | None = None) -> WebClient:
        made.append(WebClient(server, username))
        return made[-1]

    yield make
    for client in made:
        client.close()
