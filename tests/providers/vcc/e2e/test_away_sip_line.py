"""A VCC line of an agent whose SIP line cannot be reached."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.providers.vcc.e2e.agent_page import VccAgentPage
from tests.servers import ConsoleServer
from tests.servers.server_process import free_port
from tests.servers.simulator import Simulator


@pytest.fixture(scope="module")
def console(exchange: Simulator) -> Iterator[ConsoleServer]:
    with ConsoleServer(
        sip_url=f"ws://127.0.0.1:{free_port()}", simulator="on", simulator_port=exchange.port
    ) as server:
        yield server


def test_an_unreachable_second_line_shows_no_warning(alice: VccAgentPage) -> None:
    assert alice.page.locator("#phone-word").inner_text() == "Phone ready"
    assert not alice.page.locator("#banner:visible, #notice:visible").count()
    assert not alice.page.locator(
        "#dial-line-row:visible"
    ).count()  # there is no choice while only one line works
    alice.open_menu()
    sip, vcc = alice.page.locator("[data-line-state]").all()
    for line, words in ((sip, "cannot be reached from this browser"), (vcc, "ready")):
        alice.wait_until(lambda line=line, words=words: words in line.inner_text())


def test_a_refused_sign_in_is_shown_in_vccs_words(alice: VccAgentPage, exchange: Simulator) -> None:
    alice.context.route(
        "**/api/login/check-partner*", lambda route: route.fulfill(json={"code": 404})
    )
    alice.page.reload()
    alice.shows("#banner[data-kind=phone]:visible", "Demo VCC: VCC: domain not found.")
    alice.shows(
        "#banner[data-kind=phone]:visible",
        "Demo PBX: The phone system cannot be reached from this browser.",
    )
    alice.context.unroute_all()
    alice.page.locator("#phone-again-button").click()
    alice.ready()
    alice.page.locator("#banner").wait_for(state="hidden")
