"""A call comes in while the phone's page is stopped, as on a sleeping machine."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.frame.phones import Phone, call_of, host_page, until
from tests.frame.site import PhoneSite
from tests.providers.sip.e2e.test_losses import renderers

Stopped = Callable[[], Callable[[], None]]
STOPPED_MS = 3000


@pytest.fixture
def alice(phone: Callable[..., Phone]) -> Phone:
    return phone("1001")


@pytest.fixture
def her_processes(browser: Browser, alice: Phone) -> set[int]:
    """The processes of Alice's page and of the phone's frame."""
    return renderers(browser)


@pytest.fixture
def heard() -> list[str]:
    """The exchange's messages to Bob."""
    return []


@pytest.fixture
def bob(
    her_processes: set[int],
    heard: list[str],
    phone: Callable[..., Phone],
    new_page: Callable[..., Page],
    site: PhoneSite,
) -> Phone:
    """In a browser window of their own, which goes on while Alice's is stopped."""
    page = host_page(new_page, site)
    page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda text: heard.append(str(text)))
    )
    return phone("1002", page=page)


@pytest.fixture
def stop_alice(her_processes: set[int], request: pytest.FixtureRequest) -> Stopped:
    """Stops Alice's page; the result lets it go on."""

    def stop() -> Callable[[], None]:
        for pid in her_processes:
            os.kill(pid, signal.SIGSTOP)
        return go_on

    def go_on() -> None:
        for pid in her_processes:
            os.kill(pid, signal.SIGCONT)

    request.addfinalizer(go_on)
    return stop


def calls_while_stopped(bob: Phone, stop_alice: Stopped) -> Callable[[], None]:
    go_on = stop_alice()
    assert bob.command("dial", number="1001") == "ok"
    return go_on


def has_missed(alice: Phone) -> None:
    """The call is reported as missed and never rang."""
    alice.expect("missed", number="1002")
    assert alice.events("ringing") == []
    until(lambda: alice.status["calls"] == [], "no call is left")


def test_a_call_that_timed_out_does_not_ring_later(
    alice: Phone, bob: Phone, stop_alice: Stopped
) -> None:
    go_on = calls_while_stopped(bob, stop_alice)
    bob.expect("failed")  # the exchange has waited two seconds for any answer
    bob.page.wait_for_timeout(STOPPED_MS)
    go_on()
    has_missed(alice)


def test_a_call_that_was_cancelled_meanwhile_does_not_ring_later(
    alice: Phone, bob: Phone, heard: list[str], stop_alice: Stopped
) -> None:
    go_on = calls_while_stopped(bob, stop_alice)
    until(
        lambda: bob.page.evaluate("1") and any(text.startswith("SIP/2.0 100") for text in heard),
        "the exchange calls Alice",
    )
    assert bob.command("hangup", call=call_of(bob)) == "ok"
    bob.page.wait_for_timeout(STOPPED_MS)
    go_on()
    has_missed(alice)
