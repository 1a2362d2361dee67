"""The workspace shows the quality of a call and its devices, stores the quality with the call and
remembers the devices for the agent.
"""

from __future__ import annotations

from tests.pages.agent_page import AgentPage


def test_how_a_call_sounded_stands_in_the_history(alice: AgentPage, bob: AgentPage) -> None:
    alice.talks_to(bob, "1002")
    alice.wait("document.querySelector('.call[data-state=active] .quality').dataset.level !== ''")
    alice.press("hangup")
    alice.no_call()
    alice.wait_until(lambda: len(alice.recent()) >= 1)
    history = alice.context.new_page()
    history.goto(alice.url + "/history")
    level = history.locator(".cell-quality .quality").first.get_attribute("data-level")
    assert level in {"good", "fair", "poor"}


def test_a_chosen_microphone_is_used_in_the_next_browser_too(
    alice: AgentPage, bob: AgentPage
) -> None:
    alice.page.click("#phone-chip")
    alice.page.click("#sound-fold summary")
    alice.wait("document.querySelector('#audio-microphone').options.length > 2")
    with alice.page.expect_response("**/preferences") as answer:
        alice.page.select_option("#audio-microphone", "Fake Audio Input 2")
    assert answer.value.ok
    alice.page.reload()
    alice.available()
    alice.talks_to(bob, "1002")
    label = "__peers.at(-1).getSenders()[0].track.label"
    alice.wait_until(lambda: alice.phone.evaluate(label) == "Fake Audio Input 2")
