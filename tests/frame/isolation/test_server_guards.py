"""The server gives a phone frame nothing, even where the browser's content policy fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Frame, Page, Request

from console import create_app
from console.config import load_settings
from tests.frame.isolation.attempt import BROWSERS_ERROR, attempt
from tests.pages.agent_page import AgentPage
from tests.pages.two_lines import Site, at_work, frames

BLIND = (
    "{ method: 'POST', mode: 'no-cors', credentials: 'include', body: new"
    " URLSearchParams('locale=vi') }"
)


@pytest.fixture(scope="module")
def unguarded(browser: Browser, site: Site) -> Iterator[AgentPage]:
    """Bob at work in a browser that ignores content policies, as if a vendor's host sent none."""
    context = browser.new_context(permissions=["microphone"], locale="en-GB", bypass_csp=True)
    yield at_work(AgentPage(context, site.server, "bob"), 1)
    context.close()


def sent_cookies(person: AgentPage, frame: Frame) -> list[str]:
    """The cookies of each request of a frame from now on: what Playwright shows of a request that
    was refused has none.

    The frame has a process of its own (Origin-Agent-Cluster), though its site is Console's: else
    this cannot watch it.
    """
    sent: list[str] = []
    watch = person.context.new_cdp_session(frame)
    watch.on(
        "Network.requestWillBeSentExtraInfo",
        lambda event: sent.append(event["headers"].get("Cookie", "")),
    )
    watch.send("Network.enable")
    return sent


def test_without_the_policy_the_session_still_answers_no_frame(
    unguarded: AgentPage, site: Site
) -> None:
    """The cookie comes along (one site), so the server's own guards are what is left."""
    frame = frames(unguarded)[0]
    sent = sent_cookies(unguarded, frame)
    history = (
        f"fetch('{site.origin}/history', {{ credentials: 'include' }}).then((answer) =>"
        " answer.text())"
    )
    assert attempt(frame, history) == {"refused": "TypeError"}
    assert attempt(frame, history.replace("'include'", "'include', mode: 'no-cors'")) == {
        "refused": "TypeError"
    }
    unguarded.wait_until(lambda: len(sent) >= 2)
    assert all("console=" in cookies for cookies in sent), (
        "the browser did send the session: only Console stood in the way"
    )
    forged = {"availability": "away", "id": "forged", "client": "c", "epoch": 1}
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json"):
        body = json.dumps(json.dumps(forged))
        attempt(
            frame,
            f"fetch('{site.origin}/commands/set_availability', {{ method: 'POST', mode: 'no-cors',"
            f" credentials: 'include', headers: {{ 'Content-Type': '{kind}' }}, body: {body} }})",
        )
    for path in (
        "/sign-out",
        "/preferences",
        f"/phone/{site.connections[0]}/session",
        "/realtime/ticket",
    ):
        attempt(frame, f"fetch('{site.origin}{path}', {BLIND})")
    assert attempt(
        frame,
        f"settled(new WebSocket('{site.origin.replace('http', 'ws')}/realtime', 'console.v1'))",
    ) == {"refused": "TypeError"}
    unguarded.page.wait_for_timeout(300)
    assert unguarded.page.get_attribute("#calls", "data-availability") == "available"
    unguarded.page.reload()
    assert unguarded.page.get_attribute("html", "lang") == "en"
    assert unguarded.page.url == f"{site.origin}/"
    at_work(unguarded, 1)


def test_a_frame_cannot_show_a_page_of_console_inside_itself(
    unguarded: AgentPage, site: Site
) -> None:
    frame = frames(unguarded)[0]
    frame.evaluate(
        "address => { const f = document.createElement('iframe'); f.src = address;"
        " document.body.append(f); }",
        f"{site.origin}/",
    )
    unguarded.wait_until(
        lambda: [child.url for child in frame.child_frames if child.url.startswith(BROWSERS_ERROR)]
    )


def test_no_page_of_console_is_served_where_phones_are(
    alice: AgentPage, site: Site, tmp_path: Any
) -> None:
    """Requests with the session's cookie and token get only phone pages and their files."""
    app = create_app(
        load_settings({"CONSOLE_ENV": "development", "CONSOLE_INSTANCE": str(tmp_path)})
    )
    app.extensions["console"].database.close()
    token = next(
        cookie["value"]
        for cookie in alice.context.cookies(site.origin)
        if cookie["name"] == "console"
    )
    who = {
        "Cookie": f"console={token}",
        "Authorization": f"Bearer {token}",
        "Host": site.host(site.connections[0]),
    }
    with httpx.Client(base_url=f"http://127.0.0.1:{site.server.port}", headers=who) as web:
        for rule in app.url_map.iter_rules():
            if rule.endpoint == "static":
                continue
            path = (
                rule.rule.replace("<connection>", site.connections[0])
                .replace("<name>", "note")
                .replace("<session_id>", "x")
            )
            for method in sorted((rule.methods or set()) - {"OPTIONS"}):
                answer = web.request(method, path, json={} if method == "POST" else None)
                if rule.rule == "/phone/<connection>" and method in ("GET", "HEAD"):
                    assert answer.status_code == 200 and "set-cookie" not in answer.headers
                else:
                    assert answer.status_code == 404, (method, path, answer.status_code)
        assert (
            web.get(
                f"/phone/{site.connections[0]}",
                headers={"Host": site.origin.removeprefix("http://")},
            ).status_code
            == 404
        )


def test_only_console_frames_a_phone_page(alice: AgentPage, site: Site) -> None:
    address = f"http://{site.host(site.connections[0])}/phone/{site.connections[0]}"
    page: Page = alice.context.new_page()
    page.route(
        "http://crm.localhost/**",
        lambda route: route.fulfill(
            content_type="text/html", body=f"<iframe src='{address}'></iframe>"
        ),
    )
    page.goto("http://crm.localhost/")
    alice.wait_until(
        lambda: [child.url for child in page.frames[1:] if child.url.startswith(BROWSERS_ERROR)]
    )
    page.close()


def test_credentials_are_in_no_document_storage_or_address(alice: AgentPage) -> None:
    seen: list[str] = []
    sent: list[Request] = []
    alice.page.on("request", lambda request: sent.append(request))
    alice.page.reload()
    at_work(alice, 2)
    seen += [request.url + json.dumps(request.all_headers()) for request in sent]
    for where in alice.page.frames:
        seen.append(where.url)
        seen.append(where.content())
        seen.append(
            where.evaluate(
                "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie,"
                " location.href, history.state])"
            )
        )
        seen.append(
            where.evaluate("JSON.stringify(performance.getEntries().map((entry) => entry.name))")
        )
        assert (
            where.evaluate(
                "async () => (await indexedDB.databases()).length + (await caches.keys()).length"
            )
            == 0
        )
    assert not [text for text in seen if "pw-1001" in text or "pw-1003" in text]
