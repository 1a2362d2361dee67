"""A missed call in the pages of a team: claimed, called back, dismissed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import pages
from tests.pages import NewContext
from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone
from tests.servers.web_client import WebClient

Open = Callable[..., Page]
PATIENCE = pages.PATIENCE * 1000


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    with ConsoleServer() as console:
        yield console


@pytest.fixture(scope="module")
def phone(server: ConsoleServer) -> Iterator[ScriptedPhone]:
    """Alice's phone, elsewhere."""
    with ScriptedPhone(WebClient(server, "alice")) as far:
        yield far


@pytest.fixture
def open_page(new_context: NewContext, server: ConsoleServer) -> Iterator[Open]:
    """open_page("alice", "/wall"): signed in, in a browser of their own."""
    contexts: list[BrowserContext] = []

    def open_as(username: str, path: str = "/", locale: str = "en-GB") -> Page:
        context = new_context(locale=locale)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        pages.start_session(context, server, username)
        page = context.new_page()
        page.goto(server.url + path)
        return page

    yield open_as
    for context in contexts:
        pages.leave(context, server.url)


def row(page: Page, number: str) -> str:
    return f"#callback-p84{number[1:]}"


def test_a_claimed_and_reached_number_leaves_all_pages(
    open_page: Open, phone: ScriptedPhone
) -> None:
    number = "0912000111"
    alice, bob, sam = open_page("alice"), open_page("bob"), open_page("sam", "/wall")
    phone.rings("lost", number, name="Mai")
    phone.ends("lost", "missed")
    for page in (alice, bob, sam):
        expect(page.locator(row(page, number))).to_contain_text("Mai", timeout=PATIENCE)
    alice.click(f"{row(alice, number)} [data-callback=claim]")
    expect(bob.locator(row(bob, number))).to_contain_text("Alice calls back", timeout=PATIENCE)
    expect(bob.locator(f"{row(bob, number)} [data-callback=call]")).to_be_hidden()
    expect(sam.locator(row(sam, number))).to_contain_text("Alice calls back", timeout=PATIENCE)
    alice.click(f"{row(alice, number)} [data-callback=call]")
    expect(alice.locator("#dial-number")).to_have_value("+84912000111", timeout=PATIENCE)
    phone.tell("dialing", "back", direction="outbound", number=number)
    phone.tell("answered", "back")
    for page in (alice, bob, sam):
        expect(page.locator(row(page, number))).to_have_count(0, timeout=PATIENCE)
    expect(bob.locator(".callbacks-none")).to_be_visible()
    phone.tell("ended", "back", ended_by="agent", cause="completed")


def test_a_dismissal_keeps_its_typed_reason_through_pushes(
    open_page: Open, phone: ScriptedPhone
) -> None:
    number = "0912000222"
    phone.rings("spam", number)
    phone.ends("spam", "missed")
    bob = open_page("bob")
    bob.click(f"{row(bob, number)} summary")
    field = bob.locator(f"{row(bob, number)} input")
    field.press_sequentially("Adver")
    phone.rings("spam-again", number)
    phone.ends("spam-again", "missed")
    expect(bob.locator(row(bob, number))).to_contain_text("2 missed calls", timeout=PATIENCE)
    expect(field).to_be_focused()
    field.press_sequentially("tising")
    expect(field).to_have_value("Advertising")
    field.press("Enter")
    expect(bob.locator(row(bob, number))).to_have_count(0, timeout=PATIENCE)


def test_the_newest_number_comes_first(open_page: Open, phone: ScriptedPhone) -> None:
    numbers = ["0912000333", "0912000444"]
    page = open_page("alice")
    for n, number in enumerate([*numbers, numbers[0]]):
        phone.rings(f"order-{n}", number)
        phone.ends(f"order-{n}", "missed")
    wanted = [f"callback-p84{number[1:]}" for number in numbers]
    pages.until(
        page,
        "wanted => JSON.stringify([...document.getElementById('callback-rows').children]"
        ".map(({ id }) => id).filter((id) => wanted.includes(id))) === JSON.stringify(wanted)",
        wanted,
    )


@pytest.mark.parametrize("text", ["+84912345678", '"><img src=x onerror=alert(1)>', "=1+1"])
def test_a_number_in_the_address_is_text_and_leaves_it(open_page: Open, text: str) -> None:
    page = open_page("alice", "/history")
    page.evaluate("text => location.assign('/?dial=' + encodeURIComponent(text))", text)
    field = page.locator("#dial-number")
    expect(field).to_have_value(text, timeout=PATIENCE)
    pages.until(page, "location.search === ''")
    assert page.locator(".call[data-state]:visible").count() == 0


def test_a_note_of_the_history_is_saved_in_place(open_page: Open, phone: ScriptedPhone) -> None:
    phone.talks("noted", "0912000555")
    phone.ends("noted")
    page = open_page("alice", "/history?q=0912000555".replace("0912", "912"))
    page.locator(".history-note summary").first.click()
    page.locator("textarea[data-note=noted]").fill("Calls again on Monday")
    expect(page.locator(".note-status").first).to_contain_text("Saved", timeout=PATIENCE)
    page.reload()
    expect(page.locator(".note-text").first).to_have_text("Calls again on Monday")
