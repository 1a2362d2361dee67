"""Signing out, or in as another person, clears what the browser kept, but nothing that other tabs
still have to deliver.
"""

from __future__ import annotations

from typing import Any, cast

from playwright.sync_api import Page

from tests.pages.agent_page import AgentPage, OpenAgentPage
from tests.servers.console_server import PASSWORD


def test_signing_out_takes_no_facts_and_no_page_from_another_tab(agent_page: OpenAgentPage) -> None:
    alice = agent_page("alice")
    alice.available()
    other = alice.second_tab()
    # Chromium 156 crashes now and then when its cache is cleared while a tab still loads.
    other.locator("#banner[data-kind=follower]").wait_for()
    other.evaluate(
        "sessionStorage.setItem('console.events.test', 'a fact');"
        " localStorage.setItem('console.test', 'kept')"
    )
    other.evaluate("window.sameDocument = 'the same document'")
    other.route("**/sign-in", lambda route: route.fulfill(status=204))  # it stays to be looked at
    with alice.page.expect_response("**/sign-out") as answered:
        alice.page.evaluate("document.getElementById('sign-out').requestSubmit()")
    assert answered.value.header_value("Clear-Site-Data") == '"cache"'
    alice.page.locator("#username").wait_for()
    assert other.evaluate("sessionStorage.getItem('console.events.test')") == "a fact"
    assert other.evaluate("localStorage.getItem('console.test')") == "kept"
    assert other.evaluate("window.sameDocument") == "the same document"
    assert alice.page.locator("#calls").count() == 0


_FILE = "/static/css/wall.css"  # of no page that an agent opens
_WAS_KEPT = """
async (address) => {
  performance.clearResourceTimings();
  await (await fetch(address)).text();
  const [entry] = performance.getEntriesByName(new URL(address, location.href).href);
  return entry.transferSize < entry.encodedBodySize;
}
"""


def sign_in_over(alice: AgentPage, username: str) -> tuple[Page, str | None]:
    """Sign in on a page opened before Alice signed in: its form has expired and is renewed."""
    cookies = alice.context.cookies()
    alice.context.clear_cookies()
    tab = alice.second_tab()
    alice.context.add_cookies([cast(Any, cookie) for cookie in cookies])
    answers = []
    for _ in range(2):
        tab.fill("#username", username)
        tab.fill("#password", PASSWORD)
        with tab.expect_response(
            lambda answer: answer.request.method == "POST" and answer.url.endswith("/sign-in")
        ) as answered:
            tab.press("#password", "Enter")
        answers.append(answered.value)
        tab.wait_for_load_state()
    assert [answer.status for answer in answers] == [400, 303]
    tab.locator("#calls").wait_for(state="attached")
    return tab, answers[1].header_value("Clear-Site-Data")


def test_next_person_in_a_browser_gets_nothing_kept_before(agent_page: OpenAgentPage) -> None:
    alice = agent_page("alice")
    alice.page.evaluate(_WAS_KEPT, _FILE)
    assert alice.page.evaluate(_WAS_KEPT, _FILE)
    tab, cleared = sign_in_over(alice, "alice")
    assert (cleared, tab.evaluate(_WAS_KEPT, _FILE)) == (None, True)
    tab.evaluate("sessionStorage.setItem('console.events.test', 'a fact')")
    second, cleared = sign_in_over(alice, "bob")
    assert (cleared, second.evaluate(_WAS_KEPT, _FILE)) == ('"cache"', False)
    assert tab.evaluate("sessionStorage.getItem('console.events.test')") == "a fact"
