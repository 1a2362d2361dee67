"""The outcome of a call: chosen by keyboard, required by *Done*, kept by a reload."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from console.storage.database import Database
from console.storage.models import Organisation
from console.storage.outcome_lists import OutcomeList
from tests import pages
from tests.servers import ConsoleServer
from tests.servers.scripted_phone import ScriptedPhone

AN = "0912345200"
CARD = "#cards .call"
CHIPS = f"{CARD} .outcome-choice input"
CHOSEN = "() => document.querySelector('#cards .outcome input:checked')?.parentElement.textContent"
LEFT = (
    "minutes => document.querySelector('#no-call [data-wrap-up]').textContent.startsWith(minutes)"
)
MISSING = "#recent .row:first-child .outcome-missing"


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    with ConsoleServer(wrap_up=True) as console:
        database = Database(console.database_url)
        with database.write() as session:
            OutcomeList(session, "Demo").require(True)
            session.query(Organisation).update({"wrap_up_seconds": 240})
        database.close()
        yield console


@pytest.fixture
def page(owner: ScriptedPhone, follower: Page) -> Page:
    """Alice is available, and her phone is in another tab."""
    if follower.locator("#calls").get_attribute("data-availability") != "available":
        follower.evaluate(
            "document.querySelector('#availability-menu [data-set-availability=available]').click()"
        )
    follower.locator("#calls[data-availability=available]").wait_for(state="attached")
    return follower


def talk(page: Page, owner: ScriptedPhone, call: str) -> None:
    owner.talks(call, AN)
    page.locator(f"#call-{call}[data-state=active] .outcome-choice").first.wait_for()


def end(page: Page, owner: ScriptedPhone, call: str) -> None:
    owner.ends(call)
    page.locator("#calls[data-availability=wrap_up]").wait_for(state="attached")
    page.locator(f"#call-{call}[data-state=ended]").wait_for()


def is_saved(page: Page, name: str) -> None:
    expect(page.locator("#recent .row:first-child .outcome-name")).to_contain_text(name)


def done(page: Page, call: str) -> None:
    page.locator(f"#call-{call} [data-command=close]").click()
    page.locator("#calls[data-availability=available]").wait_for(state="attached")


def test_the_journey_by_keyboard(page: Page, owner: ScriptedPhone) -> None:
    talk(page, owner, "one")
    end(page, owner, "one")
    expect(page.locator(MISSING)).to_be_visible()
    page.locator("#call-one [data-command=close]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"{CARD} .outcome-status")).to_have_text("Choose an outcome first.")
    assert page.evaluate("document.activeElement.matches('#call-one .outcome input')")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(CHOSEN) == "Hẹn gọi lại"
    expect(page.locator(f"{CARD} .outcome-status")).to_have_text("")
    is_saved(page, "Hẹn gọi lại")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('#call-one textarea')"), "one stop"

    page.locator("#no-call [data-extend-wrap-up]").focus()
    page.keyboard.press("Enter")
    pages.until(page, LEFT, "07")
    page.reload()
    page.locator("#call-one[data-state=ended]").wait_for()
    assert page.evaluate(CHOSEN) == "Hẹn gọi lại"
    pages.until(page, LEFT, "07")
    page.locator("#banner[data-kind=follower]").wait_for()
    done(page, "one")
    assert page.locator(CARD).count() == 0


def test_longer_stops_at_ten_minutes_and_says_so(page: Page, owner: ScriptedPhone) -> None:
    talk(page, owner, "long")
    end(page, owner, "long")
    longer = page.locator("#no-call [data-extend-wrap-up]")
    for minutes in ("07", "09"):
        longer.click()
        pages.until(page, LEFT, minutes)
    expect(longer).to_have_attribute("aria-disabled", "true")
    longer.click(force=True)
    expect(page.locator("#notice-text")).to_have_text("Wrap-up cannot last any longer.")
    page.locator("#notice-close").click()
    page.locator(CHIPS).first.check()
    is_saved(page, "Đã giải quyết")
    done(page, "long")


def test_done_of_wrap_up_asks_for_the_outcome_too(page: Page, owner: ScriptedPhone) -> None:
    talk(page, owner, "two")
    end(page, owner, "two")
    finish = page.get_by_role("button", name="Done, I am available")
    finish.click()
    assert page.evaluate("document.activeElement.matches('#call-two .outcome input')")
    assert page.locator("#calls").get_attribute("data-availability") == "wrap_up"
    page.locator(CHIPS).nth(2).check()
    is_saved(page, "Chuyển bộ phận khác")
    finish.click()
    page.locator("#calls[data-availability=available]").wait_for(state="attached")
    assert page.locator(CARD).count() == 0


def test_a_choice_is_taken_back_by_key_and_by_click(page: Page, owner: ScriptedPhone) -> None:
    talk(page, owner, "three")
    chip = page.locator(CHIPS).nth(3)
    chip.check()
    chip.press("Delete")
    assert page.evaluate(CHOSEN) is None
    label = page.locator(f"{CARD} .outcome-choice").nth(3)
    label.click()
    assert page.evaluate(CHOSEN) == "Khiếu nại"
    label.click()
    assert page.evaluate(CHOSEN) is None
    label.dblclick()
    assert page.evaluate(CHOSEN) == "Khiếu nại"
    end(page, owner, "three")
    is_saved(page, "Khiếu nại")
    done(page, "three")


def test_a_choice_waits_for_the_server_and_outlives_a_reload(
    page: Page, owner: ScriptedPhone
) -> None:
    talk(page, owner, "four")
    page.route("**/commands/outcome", lambda route: route.abort())
    page.locator(CHIPS).nth(5).check()
    expect(page.locator(f"{CARD} .outcome-status")).to_contain_text("Kept in this tab")
    page.reload()
    page.locator("#call-four .outcome-choice").first.wait_for()
    pages.until(page, f"({CHOSEN})() === 'Nhầm số'")
    page.unroute("**/commands/outcome")
    page.reload()
    end(page, owner, "four")
    is_saved(page, "Nhầm số")
    done(page, "four")


def test_a_choice_before_its_module_is_there_is_saved(page: Page, owner: ScriptedPhone) -> None:
    talk(page, owner, "early")
    held: list[Route] = []
    page.route("**/workspace/outcomes.js", lambda route: held.append(route))
    page.reload()
    page.locator(CHIPS).nth(5).check()
    assert held, "the module is on its way"
    held[0].continue_()
    end(page, owner, "early")
    is_saved(page, "Nhầm số")
    done(page, "early")


def test_recent_rows_and_the_card_show_one_choice(page: Page, owner: ScriptedPhone) -> None:
    talk(page, owner, "five")
    end(page, owner, "five")
    row = page.locator("#recent .row").first
    row.locator(".row-note > summary").click()
    row.locator(".outcome-choice input").nth(1).check()
    assert page.evaluate(CHOSEN) == "Hẹn gọi lại"
    is_saved(page, "Hẹn gọi lại")
    done(page, "five")
    row.locator(".outcome-choice input").nth(0).check()
    is_saved(page, "Đã giải quyết")


def test_history_changes_the_outcome_of_ones_own_call(page: Page, owner: ScriptedPhone) -> None:
    talk(page, owner, "six")
    end(page, owner, "six")
    page.locator(CHIPS).first.check()
    is_saved(page, "Đã giải quyết")
    done(page, "six")
    history = page.context.new_page()
    history.goto(page.url + "history")
    row = history.locator("tbody tr").first
    row.locator(".outcome-edit > summary").click()
    row.locator(".outcome-choice input").nth(4).check()
    expect(row.locator(".outcome-mark")).to_have_text("Không có nhu cầu")
    history.close()
    is_saved(page, "Không có nhu cầu")
