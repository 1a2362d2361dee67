"""Proof 4: a vendor's script in a phone frame reaches neither the workspace, nor its session, nor
another frame.

Console and the phone frames are here of one site, as where that risk was accepted
(console.example.com, *.phone.example.com): the browser sends the session's cookie along, so that
nothing but the barriers themselves keeps the script out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Frame, Page, Request

from console import create_app
from console.config import load_settings
from tests.pages.agent_page import AgentPage
from tests.pages.two_lines import Site, at_work, frames
from tests.servers import ConsoleServer, Kamailio, free_port, wait_for

TRY = """
async (source) => {
  globalThis.settled = (thing) => new Promise((ok, no) => {
    setTimeout(() => no(new TypeError()), 1000);
    Object.assign(thing, { onload: ok, onopen: ok, onerror: () => no(new TypeError()) });
  });
  try { return { got: String(await (0, eval)(`(async () => (${source}))()`)) }; }
  catch (error) { return { refused: error.name }; }
}
"""
FORM = """() => {
  const form = Object.assign(document.createElement("form"), { action: "/x", target: "_top" });
  document.body.append(form);
  form.submit();
}"""
WATCH = (
    "() => { globalThis.blocked = []; addEventListener('securitypolicyviolation', (event) =>"
    " blocked.push(event.blockedURI), true); }"
)
BROWSERS_ERROR = "chrome-error:"
BLIND = (
    "{ method: 'POST', mode: 'no-cors', credentials: 'include', body: new"
    " URLSearchParams('locale=vi') }"
)
OTHER = "(parent.frames[0] === self ? parent.frames[1] : parent.frames[0])"


@pytest.fixture(scope="module")
def site(kamailio: Kamailio) -> Iterator[Site]:
    port = free_port()
    origin = f"http://desk.phone.localhost:{port}"
    places = {"origin": origin, "phone_origin": f"http://*.line.phone.localhost:{port}"}
    with ConsoleServer(port=port, sip_url=kamailio.ws_url, **places) as server:
        yield Site(server, origin)


@pytest.fixture(scope="module")
def alice(browser: Browser, site: Site) -> Iterator[AgentPage]:
    context = browser.new_context(permissions=["microphone"], locale="en-GB")
    yield at_work(AgentPage(context, site.server, "alice"), 2)
    context.close()


def tried(frame: Frame, source: str) -> dict[str, str]:
    """What a script in the frame gets from an expression, or the name of the error that
    it meets.
    """
    found: dict[str, str] = frame.evaluate(TRY, source)
    return found


@pytest.mark.parametrize(
    "source",
    [
        "parent.document.title",
        "top.document.querySelector('meta[name=csrf-token]').content",
        "parent.localStorage.length",
        "parent.sessionStorage.length",
        "parent.location.href",
        "parent.history.length",
        "parent.htmx.version",
        "parent.fetch('/history')",
        "parent.navigator.userAgent",
        "Object.keys(parent.localStorage)",
        "frameElement.ownerDocument.title",
        "open('', '_top').document.title",
    ],
)
def test_the_workspace_cannot_be_read_from_a_phone_frame(alice: AgentPage, source: str) -> None:
    for frame in frames(alice):
        assert tried(frame, source).get("refused") in ("SecurityError", "TypeError"), source


@pytest.mark.parametrize(
    "source",
    [
        f"{OTHER}.document.body",
        f"{OTHER}.RTCPeerConnection",
        f"{OTHER}.localStorage.length",
        f"{OTHER}.eval('1')",
        f"{OTHER}.location.replace('about:blank')",
    ],
)
def test_one_frame_reaches_no_other(alice: AgentPage, source: str) -> None:
    before = [frame.url for frame in frames(alice)]
    for frame in frames(alice):
        assert tried(frame, source) == {"refused": "SecurityError"}, source
    alice.page.wait_for_timeout(200)
    assert [frame.url for frame in frames(alice)] == before


def test_two_lines_are_two_origins_that_share_no_storage(alice: AgentPage, site: Site) -> None:
    first, second = frames(alice)
    origins = {tried(frame, "origin")["got"] for frame in (first, second)}
    assert origins == {f"http://{site.host(connection)}" for connection in site.connections}
    write = (
        "localStorage.setItem('mine', '1'); sessionStorage.setItem('mine', '1'); new"
        " BroadcastChannel('c').postMessage(1)"
    )
    second.evaluate(
        "globalThis.heard = []; new BroadcastChannel('c').onmessage = (event) =>"
        " heard.push(event.data); 0"
    )
    first.evaluate(
        f"{write}; navigator.locks.request('console-phone', {{ steal: true }}, () => new Promise(()"
        " => {})); 0"
    )
    alice.page.wait_for_timeout(300)
    assert tried(second, "[localStorage.length, sessionStorage.length, heard.length]") == {
        "got": "0,0,0"
    }
    held = alice.page.evaluate(
        "async () => (await navigator.locks.query()).held.map((lock) => lock.name)"
    )
    assert "console-phone" in held
    assert alice.page.get_attribute("#phone-chip", "data-phone") == "ready"


def test_frame_cannot_offer_a_port_to_another_frame(alice: AgentPage) -> None:
    first, second = frames(alice)
    first.evaluate("""() => {
            const { port1, port2 } = new MessageChannel();
            globalThis.heard = [];
            port1.onmessage = ({ data }) => heard.push(data);
            const other = parent.frames[0] === self ? parent.frames[1] : parent.frames[0];
            other.postMessage({ type: "console.port" }, "*", [port2]);
            parent.postMessage({ type: "event", event: { type: "ringing", call: "forged", number:
              "1" } }, "*");
        }""")
    alice.page.wait_for_timeout(400)
    assert tried(first, "heard.length") == {"got": "0"}
    assert alice.page.locator(".call[data-call=forged]").count() == 0
    assert "registered" not in second.content()


def test_a_frame_has_no_cookie_and_none_is_sent_for_it(alice: AgentPage, site: Site) -> None:
    assert "console" in {cookie["name"] for cookie in alice.context.cookies(site.origin)}
    for frame in frames(alice):
        assert tried(frame, "document.cookie") == {"got": ""}
        assert alice.context.cookies(frame.url) == []
    with alice.page.expect_request(lambda request: ".line.phone." in request.url) as sent:
        alice.page.reload()
    assert "cookie" not in sent.value.all_headers()
    at_work(alice, 2)


def test_a_frame_can_neither_leave_nor_cover_nor_alert(alice: AgentPage) -> None:
    dialogs: list[str] = []
    alice.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for frame in frames(alice):
        assert tried(frame, "top.location = 'about:blank'") == {"refused": "SecurityError"}
        assert tried(frame, "open('http://localhost/')") == {"got": "null"}
        tried(frame, "alert('buy')")
        frame.evaluate(FORM)
    alice.page.wait_for_timeout(200)
    assert dialogs == [] and len(alice.context.pages) == 1
    assert alice.page.url == f"{alice.url}/"
    box = alice.page.eval_on_selector("iframe", "frame => [frame.clientWidth, frame.clientHeight]")
    assert max(box) <= 1


REACH = {
    "fetch": "fetch(TARGET, { credentials: 'include' })",
    "blind fetch": "fetch(TARGET, { credentials: 'include', mode: 'no-cors' })",
    "socket": "settled(new WebSocket(TARGET.replace('http', 'ws'), 'console.v1'))",
    "events": "settled(new EventSource(TARGET))",
    "image": "settled(Object.assign(new Image(), { src: TARGET }))",
    "script": (
        "settled(document.body.appendChild(Object.assign(document.createElement('script'), { src:"
        " TARGET })))"
    ),
    "beacon": "navigator.sendBeacon(TARGET, 'x') && settled(new Image())",
}


@pytest.mark.parametrize("way", REACH)
def test_frame_policy_blocks_console_and_every_other_host(
    alice: AgentPage, site: Site, way: str
) -> None:
    frame = frames(alice)[0]
    frame.evaluate(WATCH)
    for target in (
        f"{site.origin}/history",
        f"http://elsewhere.localhost:{site.server.port}/static/js/page/i18n.js",
    ):
        found = tried(frame, REACH[way].replace("TARGET", json.dumps(target)))
        assert "refused" in found, (way, found)
        host = target.removeprefix("http://").split("/")[0]
        wait_for(
            lambda host=host: any(host in uri for uri in frame.evaluate("blocked")),
            10,
            f"the policy's word on {host}",
        )


def test_phone_system_host_is_allowed_and_a_blocked_one_is_named(
    alice: AgentPage, site: Site
) -> None:
    tried(frames(alice)[0], "fetch('http://tracker.localhost:9/x')")
    alice.wait("document.querySelector('#fact-phone').textContent.includes('tracker.localhost:9')")


@pytest.fixture(scope="module")
def unguarded(browser: Browser, site: Site) -> Iterator[AgentPage]:
    """The same with the browser's content policies switched off, as if a vendor's host let a script
    do what it likes.
    """
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
    assert tried(frame, history) == {"refused": "TypeError"}
    assert tried(frame, history.replace("'include'", "'include', mode: 'no-cors'")) == {
        "refused": "TypeError"
    }
    unguarded.wait_until(lambda: len(sent) >= 2)
    assert all("console=" in cookies for cookies in sent), (
        "the browser did send the session: only Console stood in the way"
    )
    forged = {"availability": "away", "id": "forged", "client": "c", "epoch": 1}
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json"):
        body = json.dumps(json.dumps(forged))
        tried(
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
        tried(frame, f"fetch('{site.origin}{path}', {BLIND})")
    assert tried(
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
    """With the session's cookie and with the token itself: nothing but phone pages and their files,
    whatever the method.
    """
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


def test_nobody_but_console_frames_a_phone_page(alice: AgentPage, site: Site) -> None:
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
