"""An agent with a line at VCC and one on a SIP exchange: two independent phone systems on one
page.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.providers.vcc.e2e.agent_page import MOBILE, VccAgentPage
from tests.servers import ConsoleServer, Kamailio
from tests.servers.simulator import Simulator


@pytest.fixture(scope="module")
def console(exchange: Simulator, kamailio: Kamailio) -> Iterator[ConsoleServer]:
    with ConsoleServer(
        sip_url=kamailio.ws_url, simulator="on", simulator_port=exchange.port
    ) as server:
        yield server


def test_agent_chooses_the_line_and_the_other_call_is_held(
    alice: VccAgentPage, bob: VccAgentPage, exchange: Simulator
) -> None:
    for each in (alice, bob):
        each.page.locator("#dial-line-row:visible").wait_for()
    assert alice.page.locator("#dial-line option").count() == 2
    assert alice.page.input_value("#dial-line"), "a line is chosen from the start"
    call = alice.answers()
    alice.page.select_option("#dial-line", label="Demo PBX · 1001")
    alice.dial("1002")
    bob.call("ringing")
    bob.press("answer")
    bob.call("active")
    alice.call("held")
    alice.call("active")
    exchange.wait_for_state(call, "held")
    bob.press("hangup")
    bob.no_call()
    alice.wait(
        "document.querySelectorAll('.call:not([data-state=ended])').length === 1"
    )  # the next press is for the one that waits
    alice.press("hangup")
    alice.no_call()


def test_colleague_on_another_device_is_reached_on_the_sip_line(
    alice: VccAgentPage, bob: VccAgentPage
) -> None:
    alice.page.locator("#dial-line-row:visible").wait_for()
    alice.device("gsm", "0987654321")
    alice.device_words("Calls on Demo PBX still ring in the browser.")
    alice.is_on("gsm")
    alice.page.keyboard.press("Escape")
    bob.page.locator("#dial-line-row:visible").wait_for()
    bob.page.select_option("#dial-line", label="Demo PBX · 1002")
    bob.dial("1001")
    alice.call("ringing")
    alice.press("answer")
    for each in (alice, bob):
        each.call("active")
    bob.press("hangup")
    for each in (alice, bob):
        each.no_call()
    alice.device("browser")
    alice.is_on("browser")


def test_each_line_dials_with_its_own_phone_system(
    alice: VccAgentPage, exchange: Simulator
) -> None:
    alice.page.locator("#dial-line-row:visible").wait_for()
    alice.page.select_option("#dial-line", label="Demo VCC · 5001")
    alice.dial(MOBILE)
    alice.call("active")
    assert exchange.truth()[-1]["number"] == MOBILE
    alice.press("hangup")
    alice.no_call()
