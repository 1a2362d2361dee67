"""A VCC phone over a long day: expired tokens, scripts that give up, a voice that moves, forced
devices.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.providers.vcc.e2e.agent_page import (
    OpenAgentPage,
    VccAgentPage,
    outside_console,
    sessions,
)
from tests.providers.vcc.e2e.kept_pages import KeptVccPage
from tests.servers import ConsoleServer
from tests.servers.agents import create_agent
from tests.servers.simulator import Simulator


def is_back(alice: VccAgentPage) -> None:
    alice.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'")
    alice.wait_until(lambda: alice.vendor_if_loaded("csVoice.enableVoice && ua.isRegistered()"))


def test_a_refused_login_shows_its_reason_and_ends_no_call(
    alice: VccAgentPage, exchange: Simulator
) -> None:
    asked = sessions(alice)
    alice.answers()
    alice.hears()
    exchange.fails(login_refused=1)
    alice.vendor("csPush.socket.close()")
    alice.shows("#banner[data-kind=phone]:visible", "VCC: wrong or expired token.")
    exchange.works()
    alice.hears()
    assert not asked
    alice.press("hangup")
    alice.no_call()
    alice.wait_until(lambda: asked)
    is_back(alice)
    alice.page.locator("#banner").wait_for(state="hidden")


def test_voice_taken_by_another_page_returns_only_by_a_click(
    alice: VccAgentPage, exchange: Simulator, browser: Browser
) -> None:
    elsewhere = outside_console(browser, exchange, "5001")
    alice.shows("#banner[data-kind=elsewhere]", "signed in at the phone system from elsewhere")
    asked = sessions(alice)
    alice.vendor("void csOndisconnected()")
    alice.wait_until(lambda: asked)
    alice.wait_until(
        lambda: alice.vendor_if_loaded(
            "csVoice.callStatus && csVoice.enableVoice === false && Boolean(csUser)"
        )
    )
    alice.shows("#banner[data-kind=elsewhere]", "signed in at the phone system from elsewhere")
    assert elsewhere.evaluate("csVoice.enableVoice") is True
    alice.page.locator("#take-voice-button").click()
    is_back(alice)
    elsewhere.wait_for_function("csVoice.enableVoice === false")
    elsewhere.context.close()


def test_an_unconfirmed_device_change_is_shown_as_failed(
    alice: VccAgentPage, exchange: Simulator
) -> None:
    exchange.fails(device_unanswered=1)
    alice.device("ip_phone")
    alice.device_words("did not confirm this device")
    alice.is_on("browser")
    alice.page.locator("#device input[value=browser]:checked").wait_for(state="attached")


@pytest.mark.parametrize("leaves", [False, True])
def test_a_call_goes_on_when_vcc_gives_the_voice_away(
    kept_page: KeptVccPage, exchange: Simulator, browser: Browser, leaves: bool
) -> None:
    alice = kept_page("alice", loser_leaves=leaves)
    call = alice.answers()
    alice.hears()
    elsewhere = outside_console(browser, exchange, "5001", sip=False)
    alice.wait_until(lambda: not alice.vendor("csVoice.enableVoice"))
    alice.page.wait_for_timeout(2000)  # longer than a call takes to be given up
    alice.hears()
    alice.call("active")
    assert exchange.call(call)["state"] == "active"
    alice.press("hangup")
    alice.no_call()
    alice.shows("#banner[data-kind=elsewhere]", "signed in at the phone system from elsewhere")
    elsewhere.context.close()
    alice.page.locator("#take-voice-button").click()
    is_back(alice)


def test_scripts_that_give_up_end_no_call(kept_page: KeptVccPage, exchange: Simulator) -> None:
    alice = kept_page("alice", refused_login="closed", retry_total=1)
    asked = sessions(alice)
    alice.answers()
    exchange.fails(login_refused=1)
    alice.vendor(
        "window.gaveUp = false, window.csOndisconnected = (before => () => (window.gaveUp = true,"
        " before()))(csOndisconnected)"
    )
    alice.vendor("csPush.socket.close()")
    alice.wait_until(lambda: alice.vendor("gaveUp"))
    alice.hears()
    assert not asked
    exchange.works()
    alice.press("hangup")
    alice.no_call()
    alice.wait_until(lambda: asked)
    is_back(alice)


@pytest.mark.parametrize("late", [0, 700, 4000])
def test_chosen_device_outlives_a_late_forced_one(
    kept_page: KeptVccPage, exchange: Simulator, late: int
) -> None:
    alice = kept_page("alice", reloads=True, forced_browser=True, forced_after_ms=late)
    alice.device("ip_phone")
    alice.is_on("ip_phone")
    alice.page.reload()
    alice.wait_until(lambda: alice.vendor_if_loaded("Boolean(csVoice.enableVoice)"))
    alice.page.wait_for_timeout(late + 1000)  # the forced switch has come
    alice.wait_until(lambda: exchange.agent("5001")["device"] == 2)
    alice.is_on("ip_phone")
    alice.device("browser")
    alice.is_on("browser")


def test_calls_reach_the_mobile_phone_after_the_page_closes(
    agent_page: OpenAgentPage, exchange: Simulator, console: ConsoleServer
) -> None:
    create_agent(console, "kim", "5003", "Demo VCC")
    alice = agent_page("kim").ready()
    alice.device("gsm", "0987654321")
    alice.is_on("gsm")
    alice.page.goto("about:blank")
    alice.wait_until(lambda: exchange.agent("5003")["connected"] is False)
    found = exchange.agent("5003")
    assert (found["device"], found["device_number"]) == (3, "0987654321")
