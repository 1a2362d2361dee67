"""A push that is older than the page's own phone never takes a card back, and typed text stays."""

from __future__ import annotations

import json

from playwright.sync_api import WebSocket

from tests.pages.agent_page import AgentPage, OpenAgentPage

APPLY = "async ([module, html]) => { const { apply } = await import(module); await apply(html); }"
# Each state that the card has had, and each element that had the focus while something was drawn.
WATCH = """() => {
  const card = document.querySelector(".call");
  Object.assign(window, { states: [], focused: [] });
  new MutationObserver(() => states.push(card.dataset.state)).observe(card, { attributes: true,
    attributeFilter: ["data-state"] });
  const look = () => (focused.push(document.activeElement.name ?? document.activeElement.tagName),
    requestAnimationFrame(look));
  look();
}"""


def pushes(agent: AgentPage) -> list[str]:
    """The fragments that the server pushes into the page, from its next load on."""
    found: list[str] = []

    def note(text: str | bytes) -> None:
        html = json.loads(text).get("html")
        if html:
            found.append(html)

    def follow(socket: WebSocket) -> None:
        if socket.url.endswith("/realtime"):  # the phone has one of its own
            socket.on("framereceived", note)

    agent.page.on("websocket", follow)
    return found


def test_a_late_push_takes_no_answered_call_back_to_its_ring(agent_page: OpenAgentPage) -> None:
    alice = agent_page("alice").available()
    bob = agent_page("bob")
    found = pushes(bob)
    bob.page.reload()
    bob.available()
    alice.dial("1002")
    bob.call("ringing")
    bob.wait_until(lambda: any('data-state="ringing"' in html for html in found))
    late = next(html for html in found if 'data-state="ringing"' in html)
    bob.press("answer")
    bob.call("active")
    bob.wait_until(lambda: any('data-state="active"' in html for html in found))
    page = bob.page
    page.click(".call [data-command=transfer]")
    field = page.locator(".call input[name=to]")
    field.press_sequentially("10")
    page.evaluate(WATCH)
    for _ in range(3):
        page.evaluate(APPLY, ["/static/js/page/fragments.js", late])
        page.evaluate(
            "() => new Promise((drawn) => requestAnimationFrame(() =>"
            " requestAnimationFrame(drawn)))"
        )
    field.press_sequentially("03")
    assert page.evaluate("[...new Set(focused)]") == ["to"]
    assert page.evaluate("[...new Set(states)]") in ([], ["active"])
    assert field.input_value() == "1003"
    alice.press("hangup")
    bob.no_call()
