"""Alice and Bob talk through a real SIP exchange with real audio."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests import pages
from tests.pages.agent_page import AgentPage, OpenAgentPage
from tests.servers import ConsoleServer, Kamailio
from tests.servers.plain_phone import Baresip, Rtpengine


def test_alice_calls_bob_and_both_hear_each_other(alice: AgentPage, bob: AgentPage) -> None:
    alice.talks_to(bob, "1002")
    alice.press("hangup")
    for person in (alice, bob):
        person.no_call()
        person.wait_until(lambda person=person: len(person.recent()) == 1)
        assert "Ended" in person.last_call("completed")["text"]


def test_leaving_a_browser_waits_only_while_there_is_a_call(
    alice: AgentPage, bob: AgentPage
) -> None:
    """Each test of this folder ends so: what it takes for a call costs seconds every time."""

    def has_call() -> bool:
        return bool(pages.OPEN_CALL.search(alice.context.request.get(alice.url).text()))

    assert not has_call()
    alice.dial("1002")
    bob.call("ringing")
    alice.wait_until(has_call)
    alice.press("hangup")
    alice.wait_until(lambda: not has_call())


def test_mute_is_seen_on_the_sent_track_and_the_button_tells_it(
    alice: AgentPage, bob: AgentPage
) -> None:
    alice.talks_to(bob, "1002")
    alice.press("mute")
    alice.page.locator(".call[data-muted=true]").wait_for()
    alice.page.wait_for_timeout(300)  # what was said before is still on its way through the meters
    energy = bob.sum("inbound-rtp", "totalAudioEnergy")
    sent = alice.sum("media-source", "totalAudioEnergy")
    bob.hears_silence()
    assert alice.sum("media-source", "totalAudioEnergy") - sent < 1e-6
    alice.press("unmute")
    alice.page.locator(".call[data-muted=false]").wait_for(state="attached")
    bob.wait_until(lambda: bob.sum("inbound-rtp", "totalAudioEnergy") > energy + 1e-3)


def test_hold_stops_audio_both_ways_until_resume(alice: AgentPage, bob: AgentPage) -> None:
    alice.talks_to(bob, "1002")
    alice.press("hold")
    alice.call("held")
    bob.call("held")
    alice.hears_nothing()  # Bob's browser sends no packet
    bob.hears_silence()  # Alice's packets may arrive, but without sound of the microphone
    alice.press("unhold")
    alice.call("active")
    bob.call("active")
    alice.hears()
    bob.hears()


REFUSED = {  # number → cause, and its sentence in both languages
    "9486": ("busy", "They are on another call", "đang"),
    "9404": ("not_found", "This number does not exist", "không tồn tại"),
    "9603": ("rejected", "They declined the call", "từ chối"),
    "9480": ("no_answer", "Nobody answered", "Không"),
}


@pytest.mark.parametrize("locale", ["en-GB", "vi-VN"])
def test_refused_call_names_its_cause(agent_page: OpenAgentPage, locale: str) -> None:
    alice = agent_page("alice", locale=locale).available()
    for number, (cause, english, vietnamese) in REFUSED.items():
        seen = [row["key"] for row in alice.recent()]
        alice.dial(number)
        alice.wait_until(
            lambda seen=seen, number=number: [
                row for row in new_rows(alice, seen) if number in row["text"]
            ]
        )
        (row,) = [row for row in new_rows(alice, seen) if number in row["text"]]
        sentence = english if locale == "en-GB" else vietnamese
        assert (row["outcome"], sentence in row["sentence"]) == (cause, True), row


def new_rows(person: AgentPage, seen: list[str]) -> list[dict[str, Any]]:
    """The recent calls but for `seen`: a call of the test before may end a little later."""
    return [row for row in person.recent() if row["key"] not in seen]


def test_bob_declines_and_alice_reads_that_he_did(alice: AgentPage, bob: AgentPage) -> None:
    alice.dial("1002")
    bob.call("ringing")
    bob.press("reject")
    alice.no_call()
    alice.last_call("rejected")
    bob.last_call("rejected")


def test_alice_gives_up_and_bob_has_a_missed_call(alice: AgentPage, bob: AgentPage) -> None:
    alice.dial("1002")
    bob.call("ringing")
    alice.press("hangup")
    bob.no_call()
    assert "Missed" in bob.last_call("missed")["text"]
    alice.last_call("cancelled")


def test_an_away_agent_is_not_rung(alice: AgentPage, bob: AgentPage) -> None:
    bob.page.click("#availability > button")
    bob.page.locator("[data-set-availability=away]:visible").first.click()
    bob.page.locator("#calls[data-availability=away]").wait_for(state="attached")
    alice.dial("1002")
    alice.last_call("no_answer")
    assert bob.page.locator(".call[data-state=ringing]").count() == 0


@pytest.fixture
def exchange_with_relay() -> Iterator[Kamailio]:
    with Rtpengine() as relay, Kamailio(rtpengine_port=relay.port) as sip:
        yield sip


def test_a_plain_phone_hears_the_keys_that_alice_presses(
    agent_page: OpenAgentPage, exchange_with_relay: Kamailio
) -> None:
    with (
        ConsoleServer(sip_url=exchange_with_relay.ws_url) as server,
        Baresip("1005", exchange_with_relay.port) as plain,
    ):
        alice = agent_page("alice", server=server).available()
        alice.wait_until(
            lambda: "1005" in exchange_with_relay.cmd("ul.lookup", "location", "s:1005")
        )
        alice.dial("1005")
        alice.call("active")
        alice.hears()
        alice.press("keypad")
        alice.page.locator(
            ".call [data-tone='7']:visible, .call [data-digit='7']:visible, .call"
            " button[value='7']:visible"
        ).first.click()
        assert plain.wait_event("CALL_DTMF_START")["param"] == "7"
        alice.press("hangup")
        plain.wait_event("CALL_CLOSED")
