"""Bare pages on the pretend VCC cloud: the vendor's pretend scripts in a real browser, without
Console.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.providers.vcc.e2e.bare_page import Bare, BareSite, until
from tests.providers.vcc.simulator.simulation import signed
from tests.servers.simulator import Simulator

ALICE, BOB, CHI = "5001", "5002", "5003"
CUSTOMER = "0912345200"


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with BareSite() as serving:
        yield serving.url


OpenBare = Callable[..., Bare]


@pytest.fixture
def bare(simulator: Simulator, site: str, new_page: Callable[..., Page]) -> Iterator[OpenBare]:
    """bare("5001", within=context, retry_ms=300): signed in, its browser registered."""
    opened: list[Bare] = []

    def bring(extension: str, within: BrowserContext | None = None, **switches: Any) -> Bare:
        page = within.new_page() if within else new_page()
        page.goto(site)
        one = Bare(page, extension)
        token = signed({"ipphone": extension, "expired": "2030-01-01 00:00:00"})
        page.evaluate(
            "args => begin(...args)",
            [f"{simulator.url}/vcc", token, {"retry_ms": 300, "ping_ms": 1000, **switches}],
        )
        one.expect("csInitComplete")
        if one.do("csVoice.enableVoice && csVoice.deviceType === 1"):
            until(lambda: one.do("ua.isRegistered()"), "the browser is registered")
            simulator.wait_for_agent(extension)
        opened.append(one)
        return one

    simulator.restart(7)
    yield bring
    simulator.works()
    for one in opened:
        if not one.page.is_closed():
            one.do("void (changeDevice(1), csVoice.callStatus === 'Online' || changeCallStatus())")
            one.page.close()


def in_a_call(alice: Bare, simulator: Simulator) -> str:
    call = simulator.place(CUSTOMER, alice.extension)
    alice.expect("csCallRinging", CUSTOMER)
    alice.expect("csCurrentCallId", call)
    alice.do("onAcceptCall()")
    alice.expect("csAcceptCall")
    simulator.wait_for_state(call, "active")  # what is asked before is refused without a word
    return call
