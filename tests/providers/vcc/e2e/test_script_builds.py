"""Calls of a short working day on each build of the vendor's scripts; together they try both
positions of every switch of the pretend scripts.

The page and the recent calls are the same on all builds, but for functions that a build lacks.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from console.simulator.clouds.vcc.script_files import SWITCHES
from tests.providers.vcc.e2e.agent_page import VccAgentPage, comes_sooner, outside_console, sessions
from tests.providers.vcc.e2e.kept_pages import KeptVccPage
from tests.servers.simulator import Simulator

pytestmark = pytest.mark.browser

ALICE, BOB = "5001", "5002"
ANSWERS_BY_HAND, BUSY, CUSTOMER = "0912345180", "0912345486", "0912345200"
QUICK: dict[str, Any] = {"retry_ms": 700, "ping_ms": 1500}
BUILDS: dict[str, dict[str, Any]] = {
    "old": (
        QUICK
        | {
            "undocumented": False,
            "newest": False,
            "customer_ringing": False,
            "callout_needs_voice": False,
            "stray_nok": False,
        }
        | {
            "forced_browser": False,
            "second_session_overwrites": True,
            "unchanged_device_silent": True,
            "early_end_ignored": False,
        }
        | {"retry_before_login": True, "stuck_callout": True}
    ),
    "odd": (
        QUICK
        | {
            "ring_twice": True,
            "ring_first": True,
            "callout_in_call": True,
            "sip_code_text": True,
            "transfer_inbound_only": True,
        }
        | {
            "forced_after_ms": 1500,
            "reconfig_arrives": True,
            "gsm_reported_as": 2,
            "loser_leaves": True,
            "reconnecting_late": True,
        }
        | {"refused_login": "closed", "retry_total": 200, "retry_ms": 400, "ping_ms": 900}
    ),
    "most": QUICK,
}


def test_every_switch_stands_both_ways_on_some_build() -> None:
    for name in SWITCHES:
        assert len({(SWITCHES | build)[name] for build in BUILDS.values()}) > 1, name


def calls_shown(alice: VccAgentPage) -> int:
    return alice.page.locator(".call:not([data-state=ended])").count()


def digits(text: str) -> str:
    return re.sub(r"\D", "", text.replace("+84", "0"))


def keys(alice: VccAgentPage) -> set[str]:
    return {row["key"] for row in alice.recent()}


def newest(alice: VccAgentPage, outcome: str, number: str, before: set[str]) -> None:
    """The recent calls begin with this one, which was not among those before: the number may have
    called in an earlier test.
    """

    def seen() -> list[tuple[str, bool]]:
        return [
            (row["outcome"], number[-9:] in digits(row["text"]))
            for row in alice.recent()[:1]
            if row["key"] not in before
        ]

    alice.wait_until(lambda: seen() == [(outcome, True)])


def places_calls(alice: VccAgentPage, exchange: Simulator) -> None:
    """Only the customer's answer counts as an answer; a busy customer is shown as busy."""
    before = keys(alice)
    alice.dial(ANSWERS_BY_HAND)
    alice.call("dialing")
    alice.wait_until(
        lambda: [
            call
            for call in exchange.truth()[-1:]
            if call["state"] != "ended" and call["customer_rang"]
        ]
    )
    alice.page.wait_for_timeout(1500)  # longer than it took to call an agent's own leg an answer
    assert alice.page.locator(".call[data-state=active]").count() == 0
    exchange.customer_answers(exchange.truth()[-1]["id"])
    alice.call("active")
    alice.press("hangup")
    alice.no_call()
    newest(alice, "completed", ANSWERS_BY_HAND, before)
    alice.dial(BUSY)
    newest(alice, "busy", BUSY, before)
    alice.wait_until(
        lambda: alice.vendor("state.session === null")
    )  # the agent's own leg ends after the reason


def answers_and_holds(alice: VccAgentPage, exchange: Simulator) -> str:
    call = alice.answers(CUSTOMER)
    assert calls_shown(alice) == 1
    alice.press("hold")
    alice.call("held")
    exchange.wait_for_state(call, "held")
    alice.press("unhold")
    alice.call("active")
    exchange.wait_for_state(call, "active")
    return call


def survives_a_cut(alice: VccAgentPage, exchange: Simulator, call: str) -> None:
    """The control's socket and the sound's break in a call, and come back; the call goes on and
    ends as it does.
    """
    before = keys(alice)
    exchange.cut(ALICE)
    exchange.wait_for_agent(ALICE)
    assert (calls_shown(alice), alice.page.locator(".call[data-state=active]").count()) == (1, 1)
    exchange.customer_hangs_up(call)
    alice.no_call()
    newest(alice, "completed", CUSTOMER, before)


def takes_a_call_on_the_ip_phone(alice: VccAgentPage, exchange: Simulator) -> None:
    before = keys(alice)
    alice.device("ip_phone")
    alice.is_on("ip_phone")
    alice.wait_until(lambda: exchange.agent(ALICE)["device"] == 2)
    call = exchange.place("0912345201", ALICE)
    alice.call("ringing")
    assert calls_shown(alice) == 1
    exchange.device_answers(call)
    alice.call("active")
    exchange.device_hangs_up(call)
    alice.no_call()
    newest(alice, "completed", "0912345201", before)
    alice.device("browser")
    alice.is_on("browser")
    exchange.wait_for_agent(ALICE)


@pytest.mark.parametrize("build", BUILDS)
def test_a_short_working_day(build: str, kept_page: KeptVccPage, exchange: Simulator) -> None:
    alice = kept_page("alice", **BUILDS[build])
    before, calls = keys(alice), len(exchange.truth())
    places_calls(alice, exchange)
    survives_a_cut(alice, exchange, answers_and_holds(alice, exchange))
    takes_a_call_on_the_ip_phone(alice, exchange)
    alice.answers("0912345202")
    alice.press("hangup")
    newest(alice, "completed", "0912345202", before)
    assert len(keys(alice) - before) == len(exchange.truth()) - calls, (
        "nothing is there twice, nothing that never was"
    )


@pytest.fixture
def colleague(browser: Browser, exchange: Simulator) -> Any:
    """Bob, on a page of the vendor's own and in a call, offers it to Alice."""
    page = outside_console(browser, exchange, BOB)
    yield page
    page.context.close()


def offers_a_call(bob: Page, exchange: Simulator, number: str) -> str:
    exchange.wait_for_agent(BOB)
    call = exchange.place(number, BOB)
    bob.wait_for_function("state.session?.isInProgress()")
    bob.evaluate("onAcceptCall()")
    exchange.wait_for_state(call, "active")
    bob.wait_for_function("csVoice.isAnswering && csVoice.callInfo.callId")
    bob.evaluate(f"csTransferCallAgent('{ALICE}')")
    return call


@pytest.mark.parametrize("stray_nok", [True, False])
def test_a_call_that_a_colleague_offers_is_one_call(
    colleague: Page, kept_page: KeptVccPage, exchange: Simulator, stray_nok: bool
) -> None:
    alice = kept_page("alice", **QUICK, stray_nok=stray_nok)
    before, calls = keys(alice), len(exchange.truth())
    offers_a_call(colleague, exchange, "0912345203")
    alice.call("ringing")
    alice.press("answer")
    alice.call("active")
    assert calls_shown(alice) == 1
    (theirs,) = [call for call in exchange.truth()[calls:] if call["extension"] == ALICE]
    assert theirs["state"] == "active"
    exchange.customer_hangs_up(theirs["id"])
    alice.no_call()
    newest(alice, "completed", "0912345203", before)
    assert len(keys(alice) - before) == 1


@pytest.mark.parametrize("loser_leaves", [True, False])
def test_a_lost_voice_is_taken_back_with_a_click(
    browser: Browser, kept_page: KeptVccPage, exchange: Simulator, loser_leaves: bool
) -> None:
    alice = kept_page("alice", **QUICK, loser_leaves=loser_leaves)
    elsewhere = outside_console(browser, exchange, ALICE)
    alice.shows("#banner[data-kind=elsewhere]", "signed in at the phone system from elsewhere")
    alice.page.wait_for_timeout(3000)
    assert elsewhere.evaluate("csVoice.enableVoice") is True, "no page competes for it"
    alice.page.locator("#take-voice-button:visible").click()
    elsewhere.wait_for_function("csVoice.enableVoice === false")
    alice.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'")
    alice.wait("document.querySelector('#banner').hidden")
    alice.wait_until(lambda: alice.vendor("csVoice.enableVoice && Boolean(ua?.isRegistered())"))
    exchange.wait_for_agent(ALICE)
    elsewhere.context.close()
    before = keys(alice)
    alice.answers("0912345204")
    alice.press("hangup")
    newest(alice, "completed", "0912345204", before)


@pytest.mark.parametrize("refused_login", ["told", "closed", "silent"])
def test_token_that_is_refused_on_reconnect_is_replaced(
    kept_page: KeptVccPage, exchange: Simulator, refused_login: str
) -> None:
    alice = kept_page("alice", reloads=True, **QUICK, refused_login=refused_login)
    comes_sooner(alice, "kit/vendor-socket.js", "PATIENCE_MS", 3)
    alice.page.reload()
    alice.ready()
    asked = sessions(alice)
    exchange.fails(login_refused=1)
    exchange.cut(ALICE)
    alice.wait_until(lambda: asked)
    exchange.works()
    alice.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'", timeout=45)
    exchange.wait_for_agent(ALICE)
    before = keys(alice)
    alice.answers("0912345205")
    alice.press("hangup")
    newest(alice, "completed", "0912345205", before)
