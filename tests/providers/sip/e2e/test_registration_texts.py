"""A phone that is not registered shows the reason in its panel and in the banner while it lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Route

from tests.pages.agent_page import AgentPage, OpenAgentPage
from tests.pages.two_lines import Site
from tests.servers import LOCAL, ConsoleServer, Kamailio, Wire

BANNER = "#banner[data-kind=phone]:visible"
REFUSED = {"en-GB": "its password may be wrong", "vi-VN": "mật khẩu có thể sai"}
AWAY = {
    "en-GB": "cannot be reached from this browser",
    "vi-VN": "Trình duyệt này không kết nối được đến tổng đài",
}


@pytest.fixture
def wire(kamailio: Kamailio) -> Iterator[Wire]:
    with Wire(kamailio.port) as found:
        yield found


def with_password(password: str, connection: str = "*") -> tuple[str, Callable[[Route], None]]:
    """The session's answer, with another password in it."""

    def answer(route: Route) -> None:
        response = route.fetch()
        body: dict[str, Any] = response.json()
        body["sip"]["password"] = password
        route.fulfill(response=response, json=body)

    return f"**/phone/{connection}/session", answer


def says(agent: AgentPage, words: str, timeout: float = 20.0) -> None:
    agent.page.locator(BANNER, has_text=words).wait_for(timeout=timeout * 1000)
    assert words in str(agent.page.locator("#fact-phone").text_content())


def ready_and_calm(agent: AgentPage) -> None:
    """All at once: a phone that has reconnected by itself starts anew when *Try again* is
    pressed.
    """
    agent.wait(
        """document.querySelector('#phone-chip').dataset.phone === 'ready'
        && !document.querySelector('#banner').checkVisibility()
        && ['Phone ready', 'Điện thoại sẵn sàng']
          .includes(document.querySelector('#fact-phone').textContent)"""
    )


@pytest.mark.parametrize("locale", REFUSED)
def test_a_refused_line_shows_why_until_it_registers(
    agent_page: OpenAgentPage, locale: str
) -> None:
    alice = agent_page("alice", locale=locale).available()
    alice.context.route(*with_password("wrong"))
    alice.page.reload()
    says(alice, REFUSED[locale])
    alice.context.unroute_all()
    alice.page.locator(
        "#phone-again-button"
    ).click()  # with the password that an administrator has corrected
    ready_and_calm(alice)


@pytest.mark.parametrize("locale", AWAY)
def test_unreachable_phone_system_is_named_until_it_is_back(
    agent_page: OpenAgentPage, wire: Wire, locale: str
) -> None:
    with ConsoleServer(sip_url=f"ws://{LOCAL}:{wire.port}") as console:
        alice = agent_page("alice", server=console, locale=locale).available()
        wire.cut()
        says(alice, AWAY[locale])
        wire.restore()
        ready_and_calm(alice)
        wire.cut()
        alice.page.reload()
        says(alice, AWAY[locale])  # also where it was never reached
        # Pressed while the exchange is away: a phone that is back hides the button.
        alice.page.locator("#phone-again-button").click()
        wire.restore()
        ready_and_calm(alice)


def test_refused_line_is_named_while_the_other_works(
    agent_page: OpenAgentPage, kamailio: Kamailio
) -> None:
    with ConsoleServer(sip_url=kamailio.ws_url) as server:
        site = Site(server, server.url)
        alice = agent_page("alice", server=server).available()
        alice.context.route(*with_password("wrong", site.connections[1]))
        alice.page.reload()
        says(alice, "Second PBX: The phone system rejects your line")
        alice.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'")
        states = alice.page.locator("[data-line-state]").all_text_contents()
        assert states[0] == "ready" and "its password may be wrong" in states[1]
        assert "Demo PBX:" not in str(alice.page.locator("#banner-text").text_content())
