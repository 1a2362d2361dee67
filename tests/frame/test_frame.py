"""The frame itself: whose messages it takes, what it owns, and how it leaves."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.frame.phones import Phone, call_of, host_page, until
from tests.frame.site import PhoneSite
from tests.servers import Kamailio

NewPhone = Callable[..., Phone]
NewPage = Callable[..., Page]
Talking = Callable[..., tuple[Phone, Phone]]


def test_the_port_is_taken_from_console(new_page: NewPage, site: PhoneSite) -> None:
    page = host_page(new_page, site)
    assert page.evaluate("url => offer(url)", site.phone_page("unlisted")) == "ready"


def test_a_port_from_another_origin_is_refused(new_page: NewPage, site: PhoneSite) -> None:
    page = new_page(site.host_page("stranger.localhost"))
    page.wait_for_selector("body[data-loaded]", state="attached")
    assert page.evaluate("url => offer(url)", site.phone_page("unlisted")) == "silent"


def test_port_from_a_console_page_that_is_no_parent_is_refused(
    new_page: NewPage, site: PhoneSite
) -> None:
    page = host_page(new_page, site)
    page.evaluate(
        "() => { const other = document.createElement('iframe'); other.src = location.href;"
        " document.body.append(other); }"
    )
    until(lambda: len(page.frames) == 2, "the sibling")
    page.frames[1].wait_for_selector("body[data-loaded]", state="attached")
    assert (
        page.evaluate(f"url => offer(url, {BY_SIBLING})", site.phone_page("unlisted")) == "silent"
    )


BY_SIBLING = """(frame, port) => {
    const give = frames[0].eval(
      "(port) => parent.frames[1].postMessage({ type: 'console.port' }, '*', [port])");
    give(port);
}"""


def test_only_the_first_port_is_taken(new_page: NewPage, site: PhoneSite) -> None:
    page = host_page(new_page, site)
    twice = """(frame, port) => {
        frame.contentWindow.postMessage({ type: "console.port" }, "*",
          [new MessageChannel().port2]);
        frame.contentWindow.postMessage({ type: "console.port" }, "*", [port]);
    }"""
    assert page.evaluate(f"url => offer(url, {twice})", site.phone_page("unlisted")) == "silent"


def test_a_phone_page_that_is_opened_by_itself_does_nothing(
    new_page: NewPage, site: PhoneSite
) -> None:
    page = new_page(site.phone_page("unlisted"))
    page.evaluate("""() => {
            const { port1, port2 } = new MessageChannel();
            globalThis.heard = [];
            port1.onmessage = ({ data }) => heard.push(data);
            postMessage({ type: "console.port" }, "*", [port2]);
        }""")
    time.sleep(0.5)
    assert page.evaluate("heard") == []


def test_a_frame_exposes_nothing(phone: NewPhone) -> None:
    frame = phone("1001").frame
    added = """() => {
        const clean = document.createElement("iframe");
        document.body.append(clean);
        const known = new Set(Object.getOwnPropertyNames(clean.contentWindow));
        clean.remove();
        return Object.getOwnPropertyNames(globalThis).filter((name) => !known.has(name));
    }"""
    assert [
        name for name in frame.evaluate(added) if not name.startswith(("__playwright", "0"))
    ] == []
    assert frame.evaluate("Object.keys({ ...localStorage, ...sessionStorage })") == []
    assert "pw-1001" not in frame.content() and frame.evaluate("document.cookie") == ""


def test_two_frames_of_one_page_are_two_phones(
    phone: NewPhone, new_page: NewPage, site: PhoneSite
) -> None:
    page = host_page(new_page, site)
    alice, bob = phone("1001", page=page), phone("1002", page=page)
    assert alice.command("dial", number="1002") == "ok"
    assert bob.command("answer", call=bob.expect("ringing")["call"]) == "ok"
    alice.hears()
    assert alice.command("mute", call=call_of(alice)) == "ok"
    assert bob.events("muted") == [] and alice.events("ringing") == []
    alice.stop()
    bob.expect("ended", ended_by="remote")
    assert bob.status["registered"] and bob.command("dial", number="9486") == "ok"


def test_a_host_that_the_policy_keeps_out_is_named(phone: NewPhone) -> None:
    alice = phone("1001", registered=False, sip={"sockets": ["ws://pbx.localhost:9"]})
    alice.expect_status(blocked="pbx.localhost:9")


def test_only_hosts_that_could_be_allowed_are_called_blocked(phone: NewPhone) -> None:
    alice = phone("1001")
    alice.frame.evaluate("""() => new Promise((resolve) => {
            addEventListener("securitypolicyviolation", resolve, { once: true });
            new Image().src = "http://picture.localhost:9/x.png";
        })""")
    alice.frame.evaluate(
        "setTimeout(() => { document.body.append(document.createElement('style')); })"
    )
    alice.frame.evaluate("fetch('http://api.localhost:9/x').catch(() => {})")
    alice.expect_status(blocked="api.localhost:9")
    assert {
        status.get("blocked") for status in alice.page.evaluate("phones.line1001.statuses")
    } <= {None, "api.localhost:9"}


def test_a_phone_reports_stopped_after_unregistering(phone: NewPhone, kamailio: Kamailio) -> None:
    alice = phone("1021")
    assert kamailio.registered("1021") == 1
    alice.stop()
    assert kamailio.registered("1021") == 0


def test_phone_stopped_while_registering_stays_unregistered(
    phone: NewPhone, kamailio: Kamailio
) -> None:
    alice = phone("1022", registered=False)
    alice.expect("connected")
    alice.stop()
    time.sleep(0.5)
    assert kamailio.registered("1022") == 0


@pytest.mark.parametrize("wait", [0, 2, 5, 10, 20])
def test_a_phone_wanted_again_at_once_is_registered(
    phone: NewPhone, kamailio: Kamailio, wait: int
) -> None:
    alice = phone("1023")
    for _ in range(5):
        assert alice.toggles(wait, "unregister", "register") == ["ok", "ok"]
        alice.expect_status(within=5, registered=True)
        assert kamailio.registered("1023") == 1
    alice.toggles(wait, "unregister", "register", "unregister", "register", "unregister")
    alice.expect_status(within=5, registered=False)
    assert kamailio.registered("1023") == 0


@pytest.mark.parametrize("state", ["talking", "dialing", "ringing"])
def test_a_stopped_phone_takes_its_calls_with_it(
    phone: NewPhone, talking: Talking, state: str
) -> None:
    if state == "talking":
        leaver, other = talking()
    else:
        alice, bob = phone("1001"), phone("1002")
        alice.command("dial", number="1002")
        bob.expect("ringing")
        leaver, other = (alice, bob) if state == "dialing" else (bob, alice)
    leaver.stop()
    until(lambda: other.events("ended", "missed", "failed"), "the other side is free")
    until(lambda: leaver.events("ended", "missed"), "the stopped phone's report of the end")


@pytest.mark.parametrize("how", ["page closes", "frame is removed", "page is reloaded"])
def test_a_page_that_goes_away_hangs_up(
    phone: NewPhone, new_page: NewPage, site: PhoneSite, talking: Talking, how: str
) -> None:
    alice, bob = talking(bob=phone("1002", page=host_page(new_page, site)))
    if how == "page closes":
        bob.page.close(run_before_unload=True)
    elif how == "page is reloaded":
        bob.page.reload()
    else:
        bob.page.evaluate("() => document.querySelector('iframe').remove()")
    assert {"ended_by": "remote", "cause": "completed"}.items() <= alice.expect("ended").items()


def test_a_wrong_password_is_reported_and_not_retried(phone: NewPhone) -> None:
    alice = phone("1001", registered=False, sip={"password": "wrong"})
    failed = alice.expect("registration_failed")
    assert failed["sip_code"] in {401, 403} and failed["reason"]
    time.sleep(1.5)
    assert len(alice.events("registration_failed")) == 1
    assert alice.command("dial", number="1002") == "not_registered"


def test_call_rings_on_both_sides_until_it_is_refused(phone: NewPhone) -> None:
    alice, bob = phone("1001"), phone("1002")
    for one in (alice, bob):
        one.expect_status(audible=True)
        one.frame.evaluate(COUNT_TONES)
    alice.command("dial", number="1002")
    bob.expect("ringing")
    until(lambda: bob.frame.evaluate("tones") and alice.frame.evaluate("tones"), "both hear it")
    assert bob.command("reject", call=call_of(bob)) == "ok"
    alice.expect("failed")
    before = [one.frame.evaluate("tones") for one in (alice, bob)]
    time.sleep(4)  # longer than the ringtone's round
    assert [one.frame.evaluate("tones") for one in (alice, bob)] == before


COUNT_TONES = """() => {
    globalThis.tones = 0;
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (...at) { globalThis.tones += 1; start.apply(this,
      at); };
}"""


def test_a_fenced_phone_begins_nothing_and_gives_no_microphone(phone: NewPhone) -> None:
    alice, bob = phone("1001"), phone("1002")
    bob.fence(True)
    assert bob.command("dial", number="1001") == "fenced"
    assert (
        bob.frame.evaluate(
            "navigator.mediaDevices.getUserMedia({ audio: true }).catch((error) => error.name)"
        )
        == "NotAllowedError"
    )
    alice.command("dial", number="1002")
    assert alice.expect("failed")["sip_code"] == 480
    assert bob.events("ringing", "missed") == []
    bob.fence(False)
    alice.command("dial", number="1002")
    bob.expect("ringing")


def test_a_fence_stops_ringing_and_keeps_active_calls(phone: NewPhone, talking: Talking) -> None:
    alice, bob = talking()
    alice.fence(True)
    alice.hears()
    assert alice.command("mute", call=call_of(alice)) == "ok"
    assert alice.command("hangup", call=call_of(alice)) == "ok"
    bob.expect("ended")
    carol = phone("1003")
    carol.command("dial", number="1002")
    ringing = bob.expect("ringing", number="1003")
    bob.fence(True)
    bob.expect("missed", call=ringing["call"], ended_by="system")
    assert bob.command("answer", call=ringing["call"]) == "fenced"


def test_a_microphone_that_is_not_allowed_is_named(
    phone: NewPhone, new_page: NewPage, site: PhoneSite
) -> None:
    alice = phone("1001", page=host_page(new_page, site, permissions=[]))
    alice.expect_status(microphone="denied")
    assert alice.command("dial", number="1002") == "microphone_denied"
    assert alice.events("dialing") == []
    bob = phone("1002")
    bob.command("dial", number="1001")
    assert bob.expect("failed")["sip_code"] == 480


def test_a_microphone_that_is_allowed_later_is_noticed(
    phone: NewPhone, new_page: NewPage, site: PhoneSite
) -> None:
    page = host_page(new_page, site, permissions=[])
    alice = phone("1001", page=page)
    alice.expect_status(microphone="denied")
    page.context.grant_permissions(["microphone"], origin=site.origin)
    page.evaluate("() => phones.line1001.host.read('microphone')")
    alice.expect_status(microphone="ok")
