"""The phone's panel and menu as an agent finds, reads and hears them, in both languages and
themes.
"""

from __future__ import annotations

from typing import Literal

import pytest

from tests.pages.agent_page import AgentPage, OpenAgentPage
from tests.pages.fixtures import KeptPage
from tests.servers import ConsoleServer
from tests.servers.web_client import WebClient
from tests.workspace.test_accessibility import AXE, NARROW, RUN, WIDE

Look = Literal["light", "dark"]
EXTENSION = {"alice": "1001", "bob": "1002"}
LANGUAGE = {"alice": "en", "bob": "vi"}
LOOK: dict[str, Look] = {"alice": "light", "bob": "dark"}


@pytest.fixture(scope="module", autouse=True)
def bob_reads_vietnamese(console: ConsoleServer) -> None:
    web = WebClient(console, "bob")
    assert web.post("/preferences", locale="vi").status_code == 204
    web.close()


def assert_axe_finds_nothing(agent: AgentPage, state: str) -> None:
    page, name = agent.page, agent.username
    assert page.get_attribute("html", "lang") == LANGUAGE[name]
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    page.emulate_media(color_scheme=LOOK[name], reduced_motion="reduce")  # colours are final
    page.wait_for_timeout(100)
    assert page.evaluate(RUN) == [], (state, name)


@pytest.mark.usefixtures("with_carol")
@pytest.mark.parametrize(("caller", "called"), [("alice", "bob"), ("bob", "alice")])
def test_axe_finds_nothing_in_any_state_of_a_call(
    kept_page: KeptPage, caller: str, called: str
) -> None:
    """Each state on Alice's page, in English and light, and on Bob's, in Vietnamese and dark."""
    alice, bob, _ = (kept_page(name) for name in (caller, called, "carol"))
    page = alice.page
    alice.dial(EXTENSION[called])
    bob.call("ringing")
    assert_axe_finds_nothing(bob, "ringing")
    bob.press("answer")
    alice.call("active")
    assert_axe_finds_nothing(alice, "active")
    for opener in ("transfer", "keypad", "more"):
        page.click(f".call [data-command={opener}]")
        assert_axe_finds_nothing(alice, opener)
    page.keyboard.press("Escape")
    page.click("#phone-chip")
    page.locator("#audio-test").wait_for()
    assert_axe_finds_nothing(alice, "the phone's menu")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.locator("#shortcuts[open]").wait_for()
    assert_axe_finds_nothing(alice, "shortcuts")
    page.keyboard.press("Escape")
    page.click(".call [data-command=transfer]")
    page.fill(".call input[name=to]", "1003")
    page.click(".call button[value=consult]")
    page.locator(".call[data-local-pair]").wait_for()
    assert_axe_finds_nothing(alice, "two calls")
    page.set_viewport_size(NARROW)
    assert_axe_finds_nothing(alice, "two calls at 320 px")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
    assert_axe_finds_nothing(bob, "held by the other side")
    page.locator("[data-local-primary] [data-command=hangup]").click()
    page.locator(".call[data-local-pair]").first.wait_for(
        state="detached"
    )  # then the other call stands alone, with other buttons
    page.locator("[data-command=unhold]:visible").first.click()
    alice.press("hangup")
    alice.no_call()
    assert_axe_finds_nothing(alice, "ended")
    page.set_viewport_size(WIDE)


def test_shortcuts_do_not_fire_while_typing_and_can_be_off(alice: AgentPage) -> None:
    page = alice.page
    page.focus("#dial-number")
    page.keyboard.type("?/am")
    assert page.locator("#shortcuts[open]").count() == 0
    assert page.input_value("#dial-number") == "?/am"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.locator("#shortcuts[open]").wait_for()
    page.keyboard.press("Escape")
    settings = alice.context.new_page()
    settings.goto(f"{alice.url}/settings")
    settings.uncheck("#shortcuts-on")
    page.locator("h1").first.evaluate("title => title.focus()")
    page.keyboard.press("?")
    page.wait_for_timeout(300)
    assert page.locator("#shortcuts[open]").count() == 0
    settings.check("#shortcuts-on")
    page.keyboard.press("?")
    page.locator("#shortcuts[open]").wait_for()
    page.keyboard.press("Escape")
    settings.close()


def test_the_last_seconds_of_the_wrap_up_are_counted_down(alice: AgentPage) -> None:
    """The page counts down to the end that the server names."""
    alice.page.evaluate("""() => {
          const left = Object.assign(document.createElement("time"), {id: "left"});
          left.dataset.wrapUp = String(Date.now() + 49_000);
          document.body.append(left);
        }""")
    alice.wait("/^00:4\\d$/.test(document.getElementById('left').textContent)")
    alice.page.evaluate("document.getElementById('left').remove()")


def test_call_quality_is_worded_on_the_card_and_in_the_bar(
    alice: AgentPage, bob: AgentPage
) -> None:
    alice.talks_to(bob, "1002")
    alice.wait("document.querySelector('.call [data-field=quality]').dataset.level !== ''")
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
    undecided = "Object.defineProperty(Notification, 'permission', {get: () => 'default'});"
    alice: AgentPage = agent_page("alice", script=watch + undecided).available()
    assert alice.page.evaluate("window.__asked") == 0
    alice.page.click("#phone-chip")
    alice.page.click("#notify-button")
    alice.wait("window.__asked === 1")
