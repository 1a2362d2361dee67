"""Supervisors' walls in a browser, on a Console with a busy made-up team."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from console.storage import models
from console.storage.database import Database
from tests import pages
from tests.pages import NewContext
from tests.servers import ConsoleServer, busy_team

OpenWall = Callable[..., Page]
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


@pytest.fixture
def wall(new_context: NewContext, server: ConsoleServer) -> OpenWall:
    """wall("/wall?team=…", **context options): a live wall of Sam."""

    def open_wall(path: str = "/wall", **options: Any) -> Page:
        size = {"width": 1440, "height": 900}
        context = new_context(**{"viewport": size, "permissions": [], **options})
        context.set_default_timeout(8000)
        page = pages.sign_in(context.new_page(), server, "sam")
        page.goto(server.url + path)
        page.locator("#link[data-link=online]").wait_for()
        return page

    return open_wall


def number(page: Page, name: str) -> str:
    """One of the large numbers."""
    return page.locator(f"[data-total={name}]").inner_text()


def seconds(duration: str) -> int:
    """Seconds of a duration such as 03:12 or 1:03:12."""
    total = 0
    for part in duration.split(":"):
        total = total * 60 + int(part)
    return total
