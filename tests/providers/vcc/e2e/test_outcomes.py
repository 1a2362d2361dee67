"""Calls through the pretend VCC cloud, in the real page and frame: every outcome, as the agent sees
it.
"""

from __future__ import annotations

import pytest

from tests.providers.vcc.e2e.agent_page import MOBILE, VccAgentPage
from tests.servers.simulator import Simulator


def test_a_customer_calls_and_both_hear_each_other(alice: VccAgentPage) -> None:
    call = alice.called_by()
    alice.shows(".call .call-who", "0912 345 200")
    alice.press("answer")
    alice.call("active")
    alice.hears()
    alice.exchange.wait_for_state(call, "active")
    alice.press("hangup")
    alice.no_call()
    alice.exchange.wait_for_state(call, "ended")


def test_alice_calls_a_customer_who_answers_and_hangs_up(
    alice: VccAgentPage, exchange: Simulator
) -> None:
    alice.dial(MOBILE)
    alice.call("dialing")
    alice.call("active")
    alice.hears()
    (call,) = [each for each in exchange.truth() if each["state"] == "active"]
    exchange.customer_hangs_up(call["id"])
    alice.no_call()


ERRORS = [
    ("0912345404", "Could not connect to the subscriber number.", "not_found"),
    ("0912345486", "The customer is busy.", "busy"),
    ("0912345408", "The customer did not answer, or an error occurred.", "no_answer"),
    ("0912345403", "The charges for this hotline number have not been paid.", "forbidden"),
    ("0912345487", "The customer did not answer.", "no_answer"),
    ("0912345480", "The customer's number is temporarily unreachable.", "unreachable"),
    ("0912345488", "An error occurred.", "failed"),
    ("0912345503", "Your calling device could not be reached", "failed"),
    ("0912345786", "Code 786 returned: Busy.", "failed"),
    ("0912345777", "No permission to call out.", "forbidden"),
    ("0912345500", "An error occurred.", "failed"),
]


def test_each_error_of_an_outgoing_call_is_shown_once(
    alice: VccAgentPage, exchange: Simulator
) -> None:
    """All eleven rows of the vendor's table, one call each."""
    for number, words, outcome in ERRORS:
        alice.dial(number)
        alice.wait(f"document.querySelector('#recent [data-key] [data-fill$=\"{number[1:]}\"]')")
        row = alice.last_call(outcome)
        assert (row["outcome"], row["sentence"][: len(words)]) == (outcome, words), number
        alice.shows(".call[data-state=ended] [data-field=outcome]", words)
        alice.no_call()
        while alice.page.locator(".call[data-state=ended]").count():
            alice.page.locator(".call[data-state=ended] [data-command=close]").first.click()
        alice.page.wait_for_timeout(300)
    assert len(alice.recent()) >= len(ERRORS)
    numbers = [row["text"] for row in alice.recent()]
    assert len([text for text in numbers if "404" in text]) == 1


def test_a_number_that_vcc_ignores_is_refused_with_a_message(
    alice: VccAgentPage, exchange: Simulator
) -> None:
    before = len(exchange.truth())
    alice.dial("+1 202 555 0123 4567")
    alice.page.locator("#dial-preview:not(:empty)").wait_for()
    assert len(exchange.truth()) == before
    assert not alice.page.locator(".call").count()


def test_international_number_is_dialled_as_vcc_writes_it(
    alice: VccAgentPage, exchange: Simulator
) -> None:
    alice.dial("+84 912 345 200")
    alice.call("active")
    assert exchange.truth()[-1]["number"] == MOBILE
    alice.press("hangup")
    alice.no_call()


def test_an_unsupported_button_shows_why_when_pressed(alice: VccAgentPage) -> None:
    alice.answers()
    alice.page.locator(".call [data-command=transfer]:visible").click()
    alice.page.fill(".call input[name=to]", "5002")
    ask_first = alice.page.locator(".call button[value=consult][aria-disabled=true]:visible")
    ask_first.wait_for()
    assert (
        alice.page.locator(".call button[value=transfer_blind]").get_attribute("aria-disabled")
        is None
    )
    ask_first.click(force=True)
    alice.shows(".call .preview", "VCC handles one call at a time")
    alice.page.wait_for_timeout(
        500
    )  # nothing that was asked about the number before may take its place
    alice.shows(".call .preview", "VCC handles one call at a time")


def test_a_colleague_is_called_by_extension(alice: VccAgentPage, bob: VccAgentPage) -> None:
    alice.dial("5002")
    bob.call("ringing")
    bob.press("answer")
    for each in (alice, bob):
        each.call("active")
    alice.press("hangup")
    for each in (alice, bob):
        each.no_call()
        each.last_call("completed")


def test_a_declined_call_differs_from_a_missed_one(alice: VccAgentPage) -> None:
    alice.called_by()
    alice.press("reject")
    alice.no_call()
    alice.last_call("rejected")


@pytest.mark.parametrize("way", ["in", "out"])
def test_mute_silences_the_microphone_in_both_directions(alice: VccAgentPage, way: str) -> None:
    if way == "in":
        alice.answers()
    else:
        alice.dial(MOBILE)
        alice.call("active")
    alice.hears()
    alice.press("mute")
    alice.page.locator(".call[data-muted=true]").wait_for()
    sent = alice.sent_track_enabled()
    assert sent == [False]
    alice.press("unmute")
    alice.page.locator(".call[data-muted=false]").wait_for()
    assert alice.sent_track_enabled() == [True]
    assert not alice.page.locator(".alarm:not([hidden])").count()
    alice.press("hangup")
    alice.no_call()


def test_audio_plays_once_on_consoles_element(alice: VccAgentPage) -> None:
    alice.answers()
    alice.hears()
    alice.wait_until(
        lambda: alice.vendor("document.querySelector('#peer-video').srcObject !== null")
    )
    assert alice.vendor("document.querySelector('#peer-video').muted")
    assert alice.vendor("document.querySelector('audio').srcObject.getAudioTracks().length") == 1
    alice.wait("document.querySelector('#bar-quality')?.dataset.level")
    alice.page.locator(".call [data-command=more]").click()
    alice.press("mute_audio")
    alice.wait_until(
        lambda: alice.vendor(
            "!document.querySelector('audio').srcObject.getAudioTracks()[0].enabled"
        )
    )
    alice.press("hangup")
    alice.no_call()


def test_hold_and_resume(alice: VccAgentPage) -> None:
    call = alice.answers()
    alice.hears()
    alice.press("hold")
    alice.call("held")
    alice.exchange.wait_for_state(call, "held")
    alice.hears_nothing()
    alice.page.locator(".call [data-toggle=hold]").click()
    alice.call("active")
    alice.hears()
    alice.press("hangup")
    alice.no_call()


def test_a_refused_hold_is_shown_and_the_call_goes_on(
    alice: VccAgentPage, exchange: Simulator
) -> None:
    alice.answers()
    exchange.fails(hold_refused=1)
    alice.press("hold")
    alice.shows(".call [data-field=problem]", "did not put the call on hold")
    assert alice.page.locator(".call[data-state=active]").count() == 1
    alice.press("hangup")
    alice.no_call()


def test_presence_follows_the_agents_choice(alice: VccAgentPage, exchange: Simulator) -> None:
    alice.wait_until(lambda: alice.presence() == "online")
    for choice, presence in (
        ("[data-set-availability=away][data-reason=meal]", "offline"),
        ("[data-set-availability=available]", "online"),
    ):
        alice.page.locator("#availability .chip").click()
        alice.page.locator(f"#availability-menu {choice}").click()
        alice.wait_until(lambda presence=presence: alice.presence() == presence)  # type: ignore[misc]


def test_missed_call_makes_the_agent_away_until_one_click(
    alice: VccAgentPage, exchange: Simulator
) -> None:
    alice.called_by(patience=60)
    alice.no_call()
    alice.shows("#availability .chip", "Missed a call")
    alice.wait_until(lambda: alice.presence() == "no_answer")
    alice.page.locator("#no-call [data-set-availability=available]").click()
    alice.wait_until(lambda: alice.presence() == "online")
