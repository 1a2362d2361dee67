"""“Ready” is shown only when calls can arrive: the agent's page and the wall agree, with the
reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from console.storage import models, organisations
from console.storage.database import Database
from tests import pages
from tests.pages.agent_page import AgentPage, OpenAgentPage
from tests.servers import ConsoleServer, Kamailio
from tests.servers.agents import vault_of

OpenWall = Callable[[], Page]

READY, LOST = "Ready for the next call", "Calls cannot reach you"


@pytest.fixture
def wall(browser: Browser, console: ConsoleServer) -> Iterator[OpenWall]:
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(pages.PATIENCE * 1000)

    def open_wall() -> Page:
        pages.start_session(context, console, "sam")
        page = context.new_page()
        page.goto(f"{console.url}/wall")
        return page

    yield open_wall
    context.close()


def tells(agent: AgentPage, title: str, words: str = "", page: Page | None = None) -> None:
    """The middle of the page, and the header with it."""
    page = page or agent.page
    page.locator("#no-call .empty-title:visible", has_text=title).wait_for()
    page.locator("#no-call", has_text=words).wait_for()
    chip = page.locator("#availability .chip").inner_text()
    assert ("Not reachable" in chip) == (title == LOST), chip


def on_the_wall(page: Page, name: str, words: str) -> None:
    tile = page.locator(".tile", has_text=name)
    tile.locator("[data-why=unreachable]:visible", has_text=words).wait_for()
    assert (tile.get_attribute("data-status"), tile.get_attribute("data-unreachable")) == (
        "unreachable",
        "true",
    )


def test_agent_without_a_line_reads_why_they_stay_unavailable(agent_page: OpenAgentPage) -> None:
    olga = agent_page("olga")
    olga.page.locator("#no-call", has_text="You have no phone line").wait_for()
    assert olga.page.locator("#phone-chip").inner_text() == "No phone line"
    assert olga.page.locator("#dial").is_hidden()
    olga.page.click("#availability > button")
    item = olga.page.locator("[data-set-availability=available].menu-item")
    assert "No line" in item.inner_text()
    item.click()
    olga.page.locator("#notice-text", has_text="Ask an administrator for one.").wait_for()
    assert olga.page.locator("#calls").get_attribute("data-availability") == "offline"


def test_browser_opened_after_a_crash_is_not_shown_as_ready(
    agent_page: OpenAgentPage, wall: OpenWall
) -> None:
    before = agent_page("alice").available()
    tells(before, READY)
    pages.crash(before.page)
    after = agent_page("alice")
    tells(after, LOST, "The tab with your phone is not responding")
    on_the_wall(wall(), "Alice", "Phone tab not responding")
    after.page.click("#take-over-button")
    tells(after, READY)


def test_ready_follows_the_microphone_permission(alice: AgentPage, wall: OpenWall) -> None:
    tells(alice, READY)
    supervisor = wall()
    alice.context.clear_permissions()
    tells(alice, LOST, "Allow it in the browser's address bar")
    on_the_wall(supervisor, "Alice", "Microphone not allowed")
    alice.context.grant_permissions(["microphone"])
    tells(alice, READY)
    supervisor.locator(".tile[data-status=available]", has_text="Alice").wait_for()


def test_a_click_while_the_phone_still_connects_waits_for_it(agent_page: OpenAgentPage) -> None:
    bob = agent_page("bob")
    held: list[Route] = []
    bob.page.route("**/phone/*/session", lambda route: held.append(route))
    bob.page.reload()
    with bob.page.expect_response(
        lambda answer: answer.url.endswith("/set_availability") and answer.status == 422
    ):
        bob.page.locator("#no-call [data-set-availability=available]").click()
    bob.wait_until(lambda: held)
    bob.page.unroute("**/phone/*/session")  # lets what was held go on
    tells(bob, READY)
    assert bob.page.locator("#notice").is_hidden()


@pytest.fixture
def second_line(kamailio: Kamailio, console: ConsoleServer) -> Iterator[str]:
    """Alice's line on a second connection, with a password that its exchange does not take."""
    database = Database(console.database_url)
    with database.write() as session:
        demo, alice = (
            organisations.organisation_named(session, "Demo"),
            organisations.user_named(session, "alice"),
        )
        first = organisations.connection_named(session, demo, "Demo PBX")
        second = organisations.create_connection(
            session, demo, "sip", "Second PBX", settings=first.settings
        )
        sealed = vault_of(console).seal({"password": "wrong"})
        line = organisations.create_line(session, second, alice, "1003", secrets=sealed)
    yield "Second PBX"
    with database.write() as session:
        session.query(models.Line).filter_by(id=line.id).delete()
    database.close()


def test_line_that_is_down_is_named_on_page_and_wall(
    agent_page: OpenAgentPage, wall: OpenWall, second_line: str
) -> None:
    alice = agent_page("alice").available()
    tells(alice, READY, f"Calls on {second_line} cannot reach you right now.")
    tile = wall().locator(".tile", has_text="Alice")
    tile.locator("[data-why=line]:visible", has_text=f"Line down: {second_line}").wait_for()
    assert tile.get_attribute("data-status") == "available"
