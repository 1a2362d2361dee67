"""A reload keeps the client's identity, however slow the machine is."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.pages.agent_page import AgentPage
from tests.pages.fixtures import KeptPage

_ID = "Object.entries(sessionStorage).find(([key]) => key.startsWith('console.client.'))?.[1]"
_LOCK = (
    "id => navigator.locks.query().then(({held}) => held.some(({name}) => name ==="
    " 'console-client-' + id))"
)


def client_of(page: Page) -> str:
    """The id of this document once it has settled it."""
    page.wait_for_selector("#phone-chip[data-phone=ready]", state="attached")
    found: str = page.evaluate(_ID)
    assert page.evaluate(_LOCK, found)
    return found


def slow(agent: AgentPage) -> AgentPage:
    agent.context.set_default_timeout(60_000)
    agent.context.new_cdp_session(agent.page).send("Emulation.setCPUThrottlingRate", {"rate": 8})
    return agent


def test_a_reload_keeps_its_client_id_on_a_slow_machine(kept_page: KeptPage) -> None:
    alice = slow(kept_page("alice"))
    before = client_of(alice.page)
    seen = []
    for _ in range(2):
        alice.page.reload()
        seen.append(client_of(alice.page))
    assert seen == [before] * 2


def test_page_reopened_in_its_tab_keeps_its_client_id(kept_page: KeptPage) -> None:
    alice = slow(kept_page("alice"))
    before = client_of(alice.page)
    seen = []
    for _ in range(2):
        alice.page.goto(alice.url + "/")
        seen.append(client_of(alice.page))
    assert seen == [before] * 2
