"""Each step of starting a phone may fail for a while: the page names the step, and the phone
registers afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Route

from tests import pages
from tests.client.test_one_phone import contacts
from tests.pages.agent_page import AgentPage
from tests.servers import Kamailio

Answer = Callable[[Route], None]
KeptPage = Callable[[str], AgentPage]
SESSION = "**/phone/*/session"
PAGE = "**/phone/*"
MODULE = "**/js/providers/sip/index.js"
BANNER = "#banner[data-kind=phone]:visible"


def aborted(route: Route) -> None:
    route.abort()


def answered(status: int, body: object = None) -> Answer:
    text = "<h1>Bad gateway</h1>" if body is None else json.dumps(body)
    kind = "text/html" if body is None else "application/json"
    return lambda route: route.fulfill(status=status, body=text, content_type=kind)


def script(source: str) -> Answer:
    return lambda route: route.fulfill(body=source, content_type="text/javascript")


SETTINGS = {"code": "bad_settings", "sentence": "the connection has no SIP domain"}
STEPS = {
    "no answer": (SESSION, aborted, "server cannot be reached"),
    "server error": (
        SESSION,
        answered(500, {"code": "error", "sentence": "x"}),
        "could not start your phone",
    ),
    "too many": (
        SESSION,
        answered(429, {"code": "too_many", "sentence": "x"}),
        "could not start your phone",
    ),
    "settings": (SESSION, answered(400, SETTINGS), "the connection has no SIP domain"),
    "page aborted": (PAGE, aborted, "page does not load from"),
    "page is an error": (PAGE, answered(503), "page does not load from"),
    "module": (MODULE, aborted, "Part of the phone does not load from"),
    "vendor script": ("**/vendor/jssip*/**", aborted, "Part of the phone does not load from"),
    "createPhone": (
        MODULE,
        script("export const createPhone = () => { throw new Error('no'); };"),
        "did not start",
    ),
    "start": (
        MODULE,
        script(
            "export const createPhone = () => ({ "
            "start: async () => { throw new Error('no'); }, leave() {}, "
            "stop: async () => {}, fenced() {}, command: async () => ({ ok: true }), "
            "status: () => ({ registered: false, calls: [] }) });"
        ),
        "did not start",
    ),
}


def failing(agent: AgentPage, pattern: str, answer: Answer) -> Callable[[], None]:
    """The requests for it fail from the next start of the page on, until the result is called."""
    wanted = [True]

    def handle(route: Route) -> None:
        page = pattern != PAGE or route.request.is_navigation_request()
        answer(route) if wanted[0] and page else route.fallback()

    if pattern == PAGE:
        pages.shorten(agent.context, "phone/phone-host.js", "READY_MS", 4)
    agent.context.route(pattern, handle)
    agent.page.reload()
    return lambda: wanted.__setitem__(0, False)


def ready(agent: AgentPage, timeout: float = 30.0) -> None:
    agent.wait("document.querySelector('#phone-chip').dataset.phone === 'ready'", timeout=timeout)


@pytest.mark.parametrize("step", STEPS)
def test_phone_registers_after_a_failed_step_that_the_page_names(
    kept_page: KeptPage, kamailio: Kamailio, step: str
) -> None:
    pattern, answer, words = STEPS[step]
    alice = kept_page("alice")
    works = failing(alice, pattern, answer)
    alice.page.locator(BANNER, has_text=words).wait_for(timeout=25_000)
    assert words in str(alice.page.locator("#fact-phone").text_content())
    assert "blocked" not in str(alice.page.locator("#banner-text").text_content())
    works()
    alice.page.locator("#phone-again-button").click()
    ready(alice)
    alice.page.locator("#banner").wait_for(state="hidden")
    alice.wait_until(lambda: contacts(kamailio, "1001") == 1)
    assert len([frame for frame in alice.page.frames if ".phone.localhost" in frame.url]) == 1


@pytest.mark.parametrize("step", ["no answer", "page aborted", "module", "createPhone"])
def test_phone_starts_by_itself_after_one_failure(kept_page: KeptPage, step: str) -> None:
    pattern, answer, _ = STEPS[step]
    alice = kept_page("alice")
    left = [1]

    def once(route: Route) -> None:
        if not left or (pattern == PAGE and not route.request.is_navigation_request()):
            return route.fallback()
        left.clear()
        return answer(route)

    alice.context.route(pattern, once)
    alice.page.reload()
    ready(alice)
    assert not left


def test_a_frame_that_reloads_is_one_phone_again(kept_page: KeptPage, kamailio: Kamailio) -> None:
    alice = kept_page("alice")
    alice.phone.evaluate("setTimeout(() => location.reload())")
    alice.wait("document.querySelector('#phone-chip').dataset.phone !== 'ready'")
    ready(alice)
    assert len([frame for frame in alice.page.frames if ".phone.localhost" in frame.url]) == 1
    alice.wait_until(lambda: contacts(kamailio, "1001") == 1)


def test_a_frame_that_reloads_before_ready_is_started_once(kept_page: KeptPage) -> None:
    alice = kept_page("alice")
    asked: list[str] = []
    anew = script("addEventListener('load', () => setTimeout(() => location.reload()));")
    left = [1]

    def once(route: Route) -> None:
        anew(route) if left and not left.clear() else route.fallback()

    alice.context.route("**/js/phone-frame.js", once)
    alice.page.on(
        "request",
        lambda request: asked.append(request.url) if request.url.endswith("/session") else None,
    )
    alice.page.reload()
    ready(alice)
    alice.wait_until(
        lambda: len([frame for frame in alice.page.frames if ".phone.localhost" in frame.url]) == 1
    )
    assert len(asked) == 2
