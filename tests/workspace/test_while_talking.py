"""The workspace during a call: a second caller, a transfer that fails, a mute that does not
hold.
"""

from __future__ import annotations

import pytest

from tests.pages.agent_page import AgentPage
from tests.pages.fixtures import KeptPage
from tests.servers import ConsoleServer

CARD = ".call:not([data-state=ended])"


@pytest.fixture
def talking(alice: AgentPage, bob: AgentPage) -> tuple[AgentPage, AgentPage]:
    alice.talks_to(bob, "1002")
    return alice, bob


def test_second_caller_is_shown_below_and_takes_no_focus(
    talking: tuple[AgentPage, AgentPage], with_carol: ConsoleServer, kept_page: KeptPage
) -> None:
    alice, _bob = talking
    note = alice.page.locator(f"{CARD} textarea").first
    note.click()
    alice.page.keyboard.type("He wants ")
    carol = kept_page("carol")
    carol.dial("1001")
    alice.call("ringing")
    alice.page.keyboard.type("an offer")
    assert note.input_value() == "He wants an offer"
    states = alice.page.eval_on_selector_all(CARD, "cards => cards.map(card => card.dataset.state)")
    assert sorted(states) == ["active", "ringing"]
    alice.page.locator(f"{CARD}[data-state=ringing] [data-command=answer]").click()
    alice.page.locator(f"{CARD}[data-state=held]").wait_for()
    carol.call("active")
    carol.hears()
    assert note.input_value() == "He wants an offer"


def test_a_failed_transfer_returns_the_call_with_a_message(
    talking: tuple[AgentPage, AgentPage],
) -> None:
    alice, bob = talking
    alice.page.click(f"{CARD} [data-command=transfer]")
    alice.page.fill(f"{CARD} input[name=to]", "9486")
    alice.page.click(f"{CARD} button[value=transfer_blind]")
    problem = alice.page.locator(f"{CARD} [data-field=problem]")
    problem.wait_for()
    assert problem.inner_text().startswith("The transfer failed. They are on another call.")
    assert problem.inner_text().endswith("The call is still with you, on hold.")
    alice.press("unhold")
    alice.call("active")
    bob.hears()


def test_mute_that_does_not_hold_is_an_alarm_until_it_does(
    talking: tuple[AgentPage, AgentPage],
) -> None:
    alice, bob = talking
    alice.press("mute")
    alice.page.locator(f"{CARD}[data-muted=true]").wait_for()
    bob.hears_silence()
    set_track = (
        "on => { for (const peer of window.__peers) for (const {track} of peer.getSenders()) if"
        " (track) track.enabled = on }"
    )
    alice.phone.evaluate(set_track, True)
    alarm = alice.page.locator(f"{CARD} [data-field=alarm]")
    alarm.wait_for()
    assert "the other side can hear you" in alarm.inner_text()
    alice.page.wait_for_timeout(1500)
    assert alarm.is_visible()
    alice.phone.evaluate(set_track, False)
    alarm.wait_for(state="hidden")
