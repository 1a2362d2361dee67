"""Supervisors' walls in a browser, on a Console with a busy made-up team."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from sqlalchemy import select

from console.storage import models
from console.storage.database import Database
from tests import pages
from tests.servers import ConsoleServer, busy_team

OpenWall = Callable[..., Page]
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
NAMES = """
() => [...document.querySelectorAll(".tile")].filter((tile) => tile.checkVisibility())
  .map((tile) => tile.firstElementChild.textContent)
"""
WHYS = """
(tiles) => tiles.map((tile) => [...tile.querySelectorAll(".tile-why")].filter((why) =>
  why.checkVisibility())
  .map((why) => why.innerText.replace(/\\s+/g, " ").trim()))
"""


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    """Two teams of the supervisor Sam: Team One with Alice, Bob and twelve more agents, and Team
    Two with two. Some calls were missed.
    """
    with ConsoleServer(simulator="off") as console:
        database = Database(console.database_url)
        one = busy_team.team_of(database, "Demo", "Team One")
        with database.write() as session:
            hanoi = models.Connection(
                organisation_id=one.organisation, provider="sip", name="Hà Nội", settings={}
            )
            session.add(hanoi)
        one.connections = one.connections[:1]
        busy_team.fill(one, 12, hold=None)
        two = busy_team.team_of(database, "Demo", "Team Two")
        two.connections = [hanoi.id]
        two.call(two.agent(), "+84934000001", 3, answered=2.5)
        two.agent("away", reason="meal")
        for number, ago in (("+84911222333", 3), ("+84911222333", 9), ("+84909888777", 25)):
            one.missed(number, ago)
        with database.write() as session:
            sam = session.scalars(select(models.User).where(models.User.username == "sam")).one()
            session.add(models.Supervision(user_id=sam.id, team_id=two.team))
        database.close()
        yield console


class Walls:
    """Sam's browsers, one for each language; they stay open for all tests of a file."""

    def __init__(self, browser: Browser, server: ConsoleServer) -> None:
        self.errors: list[str] = []
        self._browser, self._server = browser, server
        self._browsers: dict[str, BrowserContext] = {}

    def _sams(self, locale: str) -> BrowserContext:
        if locale not in self._browsers:
            self._browsers[locale] = context = self._browser.new_context(locale=locale)
            context.set_default_timeout(pages.PATIENCE * 1000)
            context.on("weberror", lambda error: self.errors.append(str(error.error)))
            pages.start_session(context, self._server, "sam")
        return self._browsers[locale]

    def open(
        self, path: str = "/wall", viewport: ViewportSize = DESKTOP, locale: str = "en-GB"
    ) -> Page:
        page = self._sams(locale).new_page()
        page.set_viewport_size(viewport)
        page.goto(self._server.url + path)
        page.locator("#link[data-link=online]").wait_for()
        return page

    def close_pages(self) -> None:
        for context in self._browsers.values():
            for page in context.pages:
                page.close()

    def close(self) -> None:
        for context in self._browsers.values():
            context.close()


@pytest.fixture(scope="module")
def walls(browser: Browser, server: ConsoleServer) -> Iterator[Walls]:
    kept = Walls(browser, server)
    yield kept
    kept.close()


@pytest.fixture
def wall(walls: Walls) -> Iterator[OpenWall]:
    """wall("/wall?team=…", viewport=…, locale=…): a live wall of Sam."""
    walls.errors.clear()
    yield walls.open
    walls.close_pages()
    assert walls.errors == [], "uncaught script errors"


def number(page: Page, name: str) -> str:
    """One of the large numbers."""
    return page.locator(f"[data-total={name}]").inner_text()


def seconds(duration: str) -> int:
    """Seconds of a duration such as 03:12 or 1:03:12."""
    total = 0
    for part in duration.split(":"):
        total = total * 60 + int(part)
    return total
