"""A supervisor acts on the page of an agent's day, and the agent sees it in the workspace."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import pages
from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone

TEXT = 'Offer a refund <b>of 10%</b> & "thank" them'
BOX = "element => JSON.stringify(element.getBoundingClientRect())"


@pytest.fixture
def sam(browser: Browser, server: ConsoleServer) -> Iterator[Page]:
    """Sam reads Alice's day."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(pages.PATIENCE * 1000)
    pages.start_session(context, server, "sam")
    page = context.new_page()
    page.goto(f"{server.url}/agents/alice/day")
    yield page
    context.close()


def test_supervisor_writes_to_agent_and_sets_availability(
    owner: ScriptedPhone, follower: Page, sam: Page
) -> None:
    call = owner.talks("acts")
    card = follower.locator(f"#call-{call}")
    note = card.locator("textarea")
    note.wait_for()
    note.fill("Wants a ref")
    places = [follower.locator(one) for one in (f"#note-{call}", f"#call-{call} .call-bar")]
    before = [place.evaluate(BOX) for place in places]

    sam.locator("#agent-now [data-call]").wait_for()  # the page follows the agent by itself
    sam.locator("#whisper-text").fill(TEXT)
    sam.locator("#whisper-form button").click()
    expect(sam.locator("#whisper-result")).to_have_text(text_of(sam, "#whisper-result"))
    assert sam.locator("#whisper-text").input_value() == ""
    summary = card.locator(".whisper summary")
    expect(summary.locator("bdi")).to_have_text(TEXT)
    expect(summary).to_contain_text("Sam")

    sam.locator("#availability-choice").select_option("away meeting")
    sam.locator("#availability-form [name=reason]").fill("Team talk")
    sam.locator("#availability-form button").click()
    notice = follower.locator("#set-by")
    expect(notice).to_contain_text("Team talk")
    expect(notice).to_contain_text("Sam")
    assert [place.evaluate(BOX) for place in places] == before
    assert note.input_value() == "Wants a ref"
    expect(note).to_be_focused()

    summary.click()
    assert card.locator(".whisper details").get_attribute("open") is not None
    summary.click()
    notice.locator("button").click()
    expect(notice).to_be_empty()
    assert follower.locator("#availability").get_attribute("data-availability") == "away"

    owner.ends(call)
    sam.locator("#agent-now:not(:has([data-call]))").wait_for()
    sam.locator("#whisper-text").fill("Too late")
    sam.locator("#whisper-form button").click()
    sam.locator("#whisper-result[data-bad]:not(:empty)").wait_for()
    assert sam.locator("#whisper-text").input_value() == "Too late"
    sam.reload()
    expect(sam.locator(".call-message").first).to_contain_text(TEXT)


def text_of(page: Page, selector: str) -> str:
    return page.locator(selector).get_attribute("data-done") or ""
