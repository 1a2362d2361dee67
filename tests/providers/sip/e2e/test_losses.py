"""A phone when the network, the exchange or the other side goes away."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.frame.phones import Phone, Refreshed, call_of, host_page, until
from tests.frame.site import PhoneSite
from tests.servers import LOCAL, Kamailio, Wire

NewPhone = Callable[..., Phone]
Talking = Callable[..., tuple[Phone, Phone]]


@pytest.fixture
def wire(kamailio: Kamailio) -> Iterator[Wire]:
    with Wire(kamailio.port) as found:
        yield found


@pytest.fixture
def wired(phone: NewPhone, wire: Wire) -> Phone:
    """Alice, whose way to the exchange can be cut."""
    return phone("1001", sip={"sockets": [f"ws://{LOCAL}:{wire.port}"]})


def cut_and_mend(phone: Phone, wire: Wire) -> None:
    phone.forget()
    wire.cut()
    phone.expect("disconnected")
    wire.restore()
    phone.expect("registered")


def test_a_phone_reconnects_by_itself(wired: Phone, wire: Wire) -> None:
    cut_and_mend(wired, wire)
    assert [event["type"] for event in wired.events()] == [
        "disconnected",
        "unregistered",
        "connected",
        "registered",
    ]
    wired.expect_status(registered=True)


def test_call_outlives_the_socket_and_the_far_side_can_end_it(
    wired: Phone, wire: Wire, talking: Talking
) -> None:
    alice, bob = talking(alice=wired)
    refreshed = Refreshed(alice.page)
    cut_and_mend(alice, wire)
    alice.hears()
    refreshed.wait()
    assert bob.command("hangup", call=call_of(bob)) == "ok"
    assert {"ended_by": "remote", "cause": "completed"}.items() <= alice.expect("ended").items()


def test_the_called_sides_call_outlives_the_socket_too(
    phone: NewPhone, wire: Wire, talking: Talking
) -> None:
    bob = phone("1002", sip={"sockets": [f"ws://{LOCAL}:{wire.port}"]})
    alice, _ = talking(bob=bob)
    refreshed = Refreshed(bob.page)
    cut_and_mend(bob, wire)
    refreshed.wait()
    assert alice.command("hangup", call=call_of(alice)) == "ok"
    bob.expect("ended", ended_by="remote")


def test_a_call_outlives_both_sockets_at_once(
    phone: NewPhone, wire: Wire, talking: Talking
) -> None:
    socket = {"sockets": [f"ws://{LOCAL}:{wire.port}"]}
    alice, bob = phone("1001", sip=socket), phone("1002", sip=socket)
    talking(alice, bob)
    cut_and_mend(alice, wire)
    bob.expect("registered")
    time.sleep(1)
    for one in (alice, bob):
        one.hears()
        assert one.events("ended") == []


def test_a_call_ended_while_the_socket_was_away_is_found_ended(
    wired: Phone, wire: Wire, talking: Talking
) -> None:
    alice, bob = talking(alice=wired)
    alice.forget()
    wire.cut()
    alice.expect("disconnected")
    assert bob.command("hangup", call=call_of(bob)) == "ok"
    wire.restore()
    assert {"ended_by": "remote", "cause": "completed"}.items() <= alice.expect("ended").items()


LOSE_ACKS = """() => {
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (text) {
    if (!/^ACK /.test(text)) send.call(this, text);
  };
  window.loseNoMore = () => {
    WebSocket.prototype.send = send;
  };
}"""


@pytest.fixture
def unacknowledged(wired: Phone, wire: Wire, talking: Talking) -> tuple[Phone, Phone]:
    """Alice and Bob: Alice's socket was lost as Bob answered, and the ACK with it."""
    wired.frame.evaluate(LOSE_ACKS)
    alice, bob = talking(alice=wired)
    alice.forget()
    wire.cut()
    alice.expect("disconnected")
    alice.frame.evaluate("loseNoMore()")
    return alice, bob


def test_a_call_ended_before_a_lost_ack_arrived_is_found_ended(
    unacknowledged: tuple[Phone, Phone], wire: Wire
) -> None:
    alice, bob = unacknowledged
    assert bob.command("hangup", call=call_of(bob)) == "ok"
    wire.restore()
    assert {"ended_by": "remote", "cause": "completed"}.items() <= alice.expect("ended").items()


def test_a_call_whose_ack_was_lost_can_be_held(
    unacknowledged: tuple[Phone, Phone], wire: Wire
) -> None:
    alice, bob = unacknowledged
    wire.restore()
    alice.expect("registered")
    assert alice.command("hold", call=call_of(alice)) == "ok"
    bob.expect("held")


def test_hold_works_after_a_lost_socket(wired: Phone, wire: Wire, talking: Talking) -> None:
    alice, bob = talking(alice=wired)
    cut_and_mend(alice, wire)
    assert alice.command("hold", call=call_of(alice)) == "ok"
    bob.expect("held")


def test_hold_without_a_socket_is_refused_and_the_call_goes_on(
    wired: Phone, wire: Wire, talking: Talking
) -> None:
    alice, _ = talking(alice=wired)
    wire.cut()
    alice.expect("disconnected")
    assert alice.command("hold", call=call_of(alice)) == "not_registered"
    alice.hears()
    assert alice.command("hangup", call=call_of(alice)) == "ok"
    alice.expect("ended", ended_by="agent")


def test_a_ringing_call_whose_socket_is_lost_is_missed(phone: NewPhone, wire: Wire) -> None:
    bob, alice = phone("1002", sip={"sockets": [f"ws://{LOCAL}:{wire.port}"]}), phone("1001")
    alice.command("dial", number="1002")
    bob.expect("ringing")
    wire.cut()
    assert {"ended_by": "system", "provider_code": "connection_lost"}.items() <= bob.expect(
        "missed"
    ).items()


def test_a_call_being_dialled_whose_socket_is_lost_has_failed(
    phone: NewPhone, wired: Phone, wire: Wire
) -> None:
    bob = phone("1002")
    wired.command("dial", number="1002")
    bob.expect("ringing")
    wire.cut()
    assert {"ended_by": "system", "cause": "failed"}.items() <= wired.expect("failed").items()


def test_a_dead_network_is_noticed_although_nothing_closes(
    wired: Phone, wire: Wire, talking: Talking
) -> None:
    alice, bob = talking(alice=wired)
    alice.forget()
    refreshed = Refreshed(alice.page)
    wire.stall()
    alice.frame.evaluate(
        "dispatchEvent(new Event('online'))"
    )  # asks the exchange now; otherwise it does so every 20 s
    alice.expect("disconnected", within=8)
    wire.restore()
    alice.expect("registered", within=15)
    refreshed.wait()
    bob.command("hangup", call=call_of(bob))
    alice.expect("ended", ended_by="remote")


def test_a_call_outlives_the_exchange(phone: NewPhone, talking: Talking) -> None:
    with Kamailio() as exchange:
        socket = {"sockets": [exchange.ws_url]}
        alice, bob = phone("1001", sip=socket), phone("1002", sip=socket)
        talking(alice, bob)
        for one in (alice, bob):
            one.forget()
        exchange.kill()
        alice.expect("disconnected")
        exchange.start()
        for one in (alice, bob):
            one.expect("registered", within=15)
            one.hears()
        assert alice.command("hangup", call=call_of(alice)) == "ok"
        alice.expect("ended", ended_by="agent")


def renderers(browser: Browser) -> set[int]:
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    return {process["id"] for process in processes if process["type"] == "renderer"}


def test_a_call_ends_when_the_far_side_is_lost(
    browser: Browser, phone: NewPhone, new_page: Callable[..., Page], site: PhoneSite
) -> None:
    alice = phone("1001", ice_patience_ms=1000)
    before = renderers(browser)
    bob = phone("1002", page=host_page(new_page, site))
    bobs = renderers(browser) - before
    alice.command("dial", number="1002")
    bob.command("answer", call=bob.expect("ringing")["call"])
    alice.hears()
    for how in (
        signal.SIGSTOP,
        signal.SIGKILL,
    ):  # all at the same moment, or the frame still hangs up when its page has died
        for process in bobs:
            os.kill(process, how)
    alice.expect("media", within=15, ice="lost")
    ended = alice.expect("ended", within=40)
    assert {
        "ended_by": "system",
        "cause": "failed",
        "provider_code": "ice_failed",
    }.items() <= ended.items()
    until(lambda: alice.status["calls"] == [], "no call is left")
