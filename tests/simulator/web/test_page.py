"""The simulator's page in use: both languages and themes, by keyboard, and without moving anything
under the user's hands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages import PATIENCE, NewPage
from tests.servers import Simulator
from tests.workspace.test_accessibility import NARROW, PageAudit, audit, browsing, language

__all__ = ["audit", "language"]
DESK_PHONE = "5003"  # rings though nobody is signed in: no Console is needed here


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator() as alone:
        yield alone


@pytest.fixture
def page(simulator: Simulator, new_page: NewPage) -> Page:
    simulator.restart(1)
    opened = new_page(f"{simulator.url}/simulator")
    opened.set_default_timeout(PATIENCE * 1000)
    return opened


def call_of(page: Page, id: str) -> str:
    return f"[data-call='{id}']"


def test_customer_calls_a_desk_phone_that_is_answered(page: Page, simulator: Simulator) -> None:
    page.fill("#number", "0912 000 111")
    page.select_option("#to", DESK_PHONE)
    page.click("#place button")
    call = page.locator(".call-now")
    expect(call).to_have_attribute("data-state", "ringing")
    call.get_by_role("button", name="Pick up the phone").click()
    expect(call).to_have_attribute("data-state", "active")
    expect(call.locator("time")).to_have_text(re.compile("^00:0[1-9]$"))
    call.get_by_role("button", name="Hang up").click()
    expect(page.locator("#no-calls")).to_be_visible()
    expect(page.locator(".ended li")).to_have_text("0912000111 – Chi: completed")
    assert [call["ended_by"] for call in simulator.truth()] == ["remote"]


def test_times_are_those_of_the_zone_in_the_address(page: Page, simulator: Simulator) -> None:
    simulator.place("0987654321", DESK_PHONE)
    moment = page.locator(".log li time[data-at]").first
    shown = {}
    for zone in ("Asia/Kolkata", "UTC", "Nowhere/At all"):
        page.goto(f"{simulator.url}/simulator?timezone={zone}")
        expect(moment).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))
        shown[zone] = int(moment.inner_text().split(":")[1])
    assert (shown["Asia/Kolkata"] - shown["UTC"]) % 60 == 30


def test_changes_elsewhere_appear_without_a_reload(page: Page, simulator: Simulator) -> None:
    call = simulator.place("0987654321", DESK_PHONE)
    expect(page.locator(call_of(page, call))).to_have_attribute("data-state", "ringing")
    simulator.device_answers(call)
    expect(page.locator(call_of(page, call))).to_have_attribute("data-state", "active")
    expect(page.locator(".log li").first).to_contain_text("picks up")


def test_an_undeliverable_call_shows_its_reason(page: Page) -> None:
    page.select_option("#to", "5001")
    page.click("#place button")
    expect(page.locator(".ended li").first).to_contain_text("cannot be reached (480)")
    expect(page.locator("#agent-5001")).to_contain_text("Not signed in")


def test_an_invalid_number_is_refused_with_a_brief_message(page: Page) -> None:
    page.fill("#number", "abc")
    page.click("#place button")
    expect(page.locator("#problem")).to_contain_text("A number has 3 to 15 digits")
    page.fill("#number", "0912000111")
    page.click("#place button")
    expect(page.locator("#problem")).to_be_hidden()


def test_faults_are_switched_on_and_off_again_at_once(page: Page, simulator: Simulator) -> None:
    page.select_option("#fault-late", "0.3")
    expect(page.locator(".fault.on label")).to_have_text(["Messages are late"])
    assert simulator.ask("state")["faults"]["late"] == 0.3
    page.click("#no-faults")
    expect(page.locator(".fault.on")).to_have_count(0)
    expect(page.locator("#fault-late")).to_have_value("0.0")
    simulator.fails(lost=0.25)  # as a scenario does
    expect(page.locator("#fault-lost")).to_have_value("0.25")


def test_a_scenario_starts_and_stops_and_a_seed_starts_afresh(
    page: Page, simulator: Simulator
) -> None:
    page.select_option("#scenario", "a-quiet-hour")
    page.click("#start-scenario")
    expect(page.locator("#scenario-running")).to_contain_text("Running: A quiet hour")
    assert simulator.ask("state")["scenario"] == "a-quiet-hour"
    page.click("#stop-scenario")
    expect(page.locator("#no-scenario")).to_be_visible()
    page.fill("#seed", "77")
    page.click("#restart")
    expect(page.locator(".log li").first).to_contain_text("Start with seed 77")
    assert simulator.ask("state")["seed"] == 77


def test_push_keeps_focus_typed_text_and_choices(page: Page, simulator: Simulator) -> None:
    page.select_option("#scenario", "a-quiet-hour")
    page.fill("#seed", "123")
    page.locator("#seed").press("Home")
    page.evaluate("window.kept = document.getElementById('seed')")
    for number in range(5):
        call = simulator.place(f"091200000{number}", DESK_PHONE)
        expect(page.locator(call_of(page, call))).to_have_count(1)
        simulator.customer_hangs_up(call) if number == 0 else None
    assert page.evaluate(
        "document.activeElement === window.kept && window.kept.isConnected &&"
        " window.kept.selectionStart === 0"
    )
    expect(page.locator("#seed")).to_have_value("123")
    expect(page.locator("#scenario")).to_have_value("a-quiet-hour")


def test_key_press_keeps_its_place_while_the_call_moves_on(
    page: Page, simulator: Simulator
) -> None:
    call = simulator.place("0912000111", DESK_PHONE)
    page.locator(f"#device-answers-{call}").focus()
    page.keyboard.press("Enter")
    expect(page.locator(call_of(page, call))).to_have_attribute("data-state", "active")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.id")
    assert call in focused, "the next press is near the last one"


def test_nothing_flickers_when_nothing_changed_for_a_region(
    page: Page, simulator: Simulator
) -> None:
    page.evaluate("""() => {
          window.touched = 0;
          new MutationObserver((list) => { window.touched += list.length; })
            .observe(document.getElementById("faults"), { subtree: true, childList: true,
              attributes: true, characterData: true });
        }""")
    call = simulator.place("0912000111", DESK_PHONE)
    expect(page.locator(call_of(page, call))).to_have_attribute("data-state", "ringing")
    assert page.evaluate("window.touched") == 0


def test_it_works_without_scripts(simulator: Simulator, new_page: NewPage) -> None:
    simulator.restart(1)
    page = new_page(f"{simulator.url}/simulator", java_script_enabled=False)
    page.select_option("#to", DESK_PHONE)
    page.click("#place button")
    page.get_by_role("button", name="Pick up the phone").click()
    expect(page.locator(".call-now")).to_have_attribute("data-state", "active")
    assert simulator.truth()[0]["state"] == "active"
    page.fill("#number", "abc")
    page.click("#place button")
    expect(page.locator("#problem")).to_contain_text("A number has 3 to 15 digits")


def test_lost_simulator_is_shown_until_it_is_back(simulator: Simulator, page: Page) -> None:
    simulator.stop()
    expect(page.locator("#problem")).to_contain_text("cannot be reached", timeout=15_000)
    simulator.start()
    expect(page.locator("#problem")).to_be_hidden(timeout=15_000)
    call = simulator.place("0912000111", DESK_PHONE)
    expect(page.locator(call_of(page, call))).to_have_count(1)


def test_language_and_look_are_chosen_and_kept(page: Page) -> None:
    page.get_by_role("button", name="Tiếng Việt").click()
    html = page.locator("html")
    expect(html).to_have_attribute("lang", "vi")
    page.locator("button[value=dark]").click()
    expect(html).to_have_attribute("data-theme", "dark")
    page.reload()
    assert html.get_attribute("data-theme") == "dark" and html.get_attribute("lang") == "vi"


def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, simulator: Simulator, language: str, audit: PageAudit
) -> None:
    simulator.restart(1)
    with browsing(browser, language) as context:
        page = context.new_page()
        page.goto(f"{simulator.url}/simulator")
        audit.on(page, "nothing yet")
        first = simulator.place("0912000111", DESK_PHONE)
        simulator.device_answers(first)
        simulator.place("0987654321", "5004")
        simulator.place("0281234567")
        simulator.place("0281234567", "5001")
        simulator.fails(late=0.25, late_seconds=5)
        simulator.ask("scenario", {"name": "a-busy-monday"})
        page.locator("#scenario-running").wait_for()
        audit.on(page, "busy")
        page.fill("#number", "abc")
        page.click("#place button")
        page.locator("#problem").wait_for()
        audit.on(page, "a problem")
        assert page.evaluate(
            "document.querySelectorAll('[id]').length === new"
            " Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size"
        )


def test_every_control_is_big_enough_for_a_finger_at_320_px(
    browser: Browser, simulator: Simulator
) -> None:
    simulator.restart(1)
    simulator.place("0912000111", DESK_PHONE)
    with browsing(browser, "vi", viewport=NARROW, has_touch=True) as context:
        page = context.new_page()
        page.goto(f"{simulator.url}/simulator")
        height = "(e) => [e.id || e.textContent, e.getBoundingClientRect().height]"
        sizes = page.evaluate(
            "[...document.querySelectorAll('main button:not(.apply), main select, main"
            f" input')].map({height})"
        )
        assert sizes and [size for size in sizes if size[1] < 44] == []
