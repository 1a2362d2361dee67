"""The settings page beside the workspace: what is chosen there is heard and seen at once."""

from __future__ import annotations

from tests.pages.agent_page import AgentPage

LABEL = "__peers.at(-1).getSenders()[0].track.label"


def test_a_phone_link_fills_the_open_workspace_and_dials_nothing(alice: AgentPage) -> None:
    link = alice.context.new_page()
    link.goto(f"{alice.url}/dial?number=tel%3A%2B84912345678")
    link.locator("[data-when=handed]:visible").wait_for()
    assert alice.page.input_value("#dial-number") == "+84912345678"
    alice.no_call()
    alice.page.fill("#dial-number", "")
    link.close()


def test_a_headset_is_changed_during_a_call_from_either_page(
    alice: AgentPage, bob: AgentPage
) -> None:
    alice.talks_to(bob, "1002")
    alice.page.click("#phone-chip")
    alice.page.locator("#audio-microphone").wait_for()  # unfolded: one click to the list
    alice.page.keyboard.press("Escape")
    settings = alice.context.new_page()
    settings.goto(f"{alice.url}/settings")
    settings.locator("#audio-fields:enabled").wait_for()
    settings.select_option("#audio-microphone", "Fake Audio Input 2")
    alice.wait_until(lambda: alice.phone.evaluate(LABEL) == "Fake Audio Input 2")
    level = "document.querySelector('#level-microphone').value"
    alice.wait_until(lambda: settings.evaluate(level) > 0)
    assert alice.page.input_value("#audio-microphone") == "Fake Audio Input 2"
    settings.click("#look ~ .panel button[value=dark]")
    alice.wait("document.documentElement.dataset.theme === 'dark'")
    shown = "#menu button[value=dark][aria-pressed=true]"
    alice.page.locator(shown).wait_for(state="attached")
    settings.click("#look ~ .panel button[name=theme][value='']")
    alice.wait("!document.documentElement.dataset.theme")
    alice.call("active")
    alice.press("hangup")
    alice.page.close()
    settings.locator("#audio-fields:disabled").wait_for()
    assert "Open it in this browser" in settings.inner_text("#audio-note")
