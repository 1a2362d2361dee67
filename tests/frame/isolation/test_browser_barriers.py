"""Proof 4: a vendor's script in a phone frame reaches neither the workspace, nor its session, nor
another frame.

Console and the phone frames are here of one site, as where that risk was accepted
(console.example.com, *.phone.example.com): the browser sends the session's cookie along, so that
nothing but the barriers themselves keeps the script out.
"""

from __future__ import annotations

import json

import pytest

from tests.frame.isolation.attempt import attempt
from tests.pages.agent_page import AgentPage
from tests.pages.two_lines import Site, at_work, frames
from tests.servers import wait_for

FORM = """() => {
  const form = Object.assign(document.createElement("form"), { action: "/x", target: "_top" });
  document.body.append(form);
  form.submit();
}"""
WATCH = (
    "() => { globalThis.blocked = []; addEventListener('securitypolicyviolation', (event) =>"
    " blocked.push(event.blockedURI), true); }"
)
OTHER = "(parent.frames[0] === self ? parent.frames[1] : parent.frames[0])"


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
        assert attempt(frame, source).get("refused") in ("SecurityError", "TypeError"), source


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
        assert attempt(frame, source) == {"refused": "SecurityError"}, source
    alice.page.wait_for_timeout(200)
    assert [frame.url for frame in frames(alice)] == before


def test_two_lines_are_two_origins_that_share_no_storage(alice: AgentPage, site: Site) -> None:
    first, second = frames(alice)
    origins = {attempt(frame, "origin")["got"] for frame in (first, second)}
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
    assert attempt(second, "[localStorage.length, sessionStorage.length, heard.length]") == {
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
    assert attempt(first, "heard.length") == {"got": "0"}
    assert alice.page.locator(".call[data-call=forged]").count() == 0
    assert "registered" not in second.content()


def test_a_frame_has_no_cookie_and_none_is_sent_for_it(alice: AgentPage, site: Site) -> None:
    assert "console" in {cookie["name"] for cookie in alice.context.cookies(site.origin)}
    for frame in frames(alice):
        assert attempt(frame, "document.cookie") == {"got": ""}
        assert alice.context.cookies(frame.url) == []
    with alice.page.expect_request(lambda request: ".line.phone." in request.url) as sent:
        alice.page.reload()
    assert "cookie" not in sent.value.all_headers()
    at_work(alice, 2)


def test_a_frame_can_neither_leave_nor_cover_nor_alert(alice: AgentPage) -> None:
    dialogs: list[str] = []
    alice.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for frame in frames(alice):
        assert attempt(frame, "top.location = 'about:blank'") == {"refused": "SecurityError"}
        assert attempt(frame, "open('http://localhost/')") == {"got": "null"}
        attempt(frame, "alert('buy')")
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
        found = attempt(frame, REACH[way].replace("TARGET", json.dumps(target)))
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
    attempt(frames(alice)[0], "fetch('http://tracker.localhost:9/x')")
    alice.wait("document.querySelector('#fact-phone').textContent.includes('tracker.localhost:9')")
