"""The phone's panel and menu as an agent finds, reads and hears them, in both languages and
themes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from tests.pages.agent_page import AgentPage, OpenAgentPage
from tests.servers import ConsoleServer

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
Look = Literal["light", "dark"]


def assert_axe_finds_nothing(page: Page, state: str, look: Look) -> None:
    if not page.evaluate(
        "typeof axe === 'object'"
    ):  # the page's policy allows the test's script only this way
        page.evaluate(AXE.read_text(encoding="utf-8"))
    page.emulate_media(
        color_scheme=look, reduced_motion="reduce"
    )  # without movement: colours are final at once
    page.wait_for_timeout(100)
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(result => result.violations)"
    )
    told = [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found]
    assert told == [], (state, look)


@pytest.mark.parametrize(("locale", "look"), [("en-GB", "light"), ("vi-VN", "dark")])
def test_axe_finds_nothing_in_any_state_of_a_call(
    agent_page: OpenAgentPage, with_carol: ConsoleServer, locale: str, look: Look
) -> None:
    alice, bob, _ = (
        agent_page(name, with_carol, locale=locale).available()
        for name in ("alice", "bob", "carol")
    )
    page = alice.page
    alice.dial("1002")
    bob.call("ringing")
    assert_axe_finds_nothing(bob.page, "ringing", look)
    bob.press("answer")
    alice.call("active")
    assert_axe_finds_nothing(page, "active", look)
    for opener in ("transfer", "keypad", "more"):
        page.click(f".call [data-command={opener}]")
        assert_axe_finds_nothing(page, opener, look)
    page.keyboard.press("Escape")
    page.click("#phone-chip")
    page.locator("#audio-test").wait_for()
    assert_axe_finds_nothing(page, "the phone's menu", look)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.locator("#shortcuts[open]").wait_for()
    assert_axe_finds_nothing(page, "shortcuts", look)
    page.keyboard.press("Escape")
    page.click(".call [data-command=transfer]")
    page.fill(".call input[name=to]", "1003")
    page.click(".call button[value=consult]")
    page.locator(".call[data-local-pair]").wait_for(timeout=15_000)
    assert_axe_finds_nothing(page, "two calls", look)
    page.set_viewport_size({"width": 320, "height": 720})
    assert_axe_finds_nothing(page, "two calls at 320 px", look)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
    assert_axe_finds_nothing(bob.page, "held by the other side", look)
    page.locator("[data-local-primary] [data-command=hangup]").click()
    page.locator(".call[data-local-pair]").first.wait_for(
        state="detached"
    )  # then the other call stands alone, with other buttons
    page.locator("[data-command=unhold]:visible").first.click()
    alice.press("hangup")
    alice.no_call()
    assert_axe_finds_nothing(page, "ended", look)


def test_shortcuts_do_not_fire_while_typing_and_can_be_off(agent_page: OpenAgentPage) -> None:
    alice = agent_page("alice").available()
    page = alice.page
    page.focus("#dial-number")
    page.keyboard.type("?/am")
    assert page.locator("#shortcuts[open]").count() == 0
    assert page.input_value("#dial-number") == "?/am"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.locator("#shortcuts[open]").wait_for()
    page.keyboard.press("Escape")
    page.click("#phone-chip")
    page.uncheck("#shortcuts-on")
    page.keyboard.press("Escape")
    page.locator("h1").first.evaluate("title => title.focus()")
    page.keyboard.press("?")
    page.reload()
    alice.wait(
        "document.querySelector('#phone-chip').dataset.phone === 'ready'"
    )  # the scripts have read what was chosen
    page.keyboard.press("?")
    page.wait_for_timeout(300)
    assert page.locator("#shortcuts[open]").count() == 0
    page.click("#phone-chip")
    page.check("#shortcuts-on")


def test_the_last_seconds_of_the_wrap_up_are_counted_down(agent_page: OpenAgentPage) -> None:
    """The page counts down to the end that the server names."""
    alice = agent_page("alice")
    alice.page.evaluate("""() => {
          const left = Object.assign(document.createElement("time"), {id: "left"});
          left.dataset.wrapUp = String(Date.now() + 49_000);
          document.body.append(left);
        }""")
    alice.wait("/^00:4\\d$/.test(document.getElementById('left').textContent)")


def test_call_quality_is_worded_on_the_card_and_in_the_bar(agent_page: OpenAgentPage) -> None:
    alice, bob = (agent_page(name).available() for name in ("alice", "bob"))
    alice.talks_to(bob, "1002")
    alice.wait(
        "document.querySelector('.call [data-field=quality]').dataset.level !== ''", timeout=15
    )
    assert alice.page.locator(".call .quality-word").first.inner_text() in (
        "Good sound",
        "Fair sound",
        "Poor sound",
    )
    alice.wait(
        "document.querySelector('#bar-quality').dataset.level === document.querySelector('.call"
        " .quality').dataset.level"
    )
    alice.page.click("#phone-chip")
    alice.page.locator("#fact-quality-numbers", has_text="Loss").wait_for()
    alice.page.keyboard.press("Escape")
    alice.press("hangup")


def test_a_notification_is_asked_for_by_a_button_only(agent_page: OpenAgentPage) -> None:
    watch = (
        "window.__asked = 0; Notification.requestPermission = async () => (window.__asked++,"
        " 'denied');"
    )
    alice: AgentPage = agent_page("alice")
    alice.context.add_init_script(
        watch + "Object.defineProperty(Notification, 'permission', {get: () => 'default'});"
    )
    alice.page.reload()
    alice.available()
    assert alice.page.evaluate("window.__asked") == 0
    alice.page.click("#phone-chip")
    alice.page.click("#notify-button")
    alice.wait("window.__asked === 1")
