"""Browsers that need flags of their own: without a microphone, and silent until a person touches
the page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.frame.phones import Phone, session_for, until
from tests.frame.site import PhoneSite
from tests.servers import CHROMIUM_ARGS, Kamailio, launch, start


@pytest.fixture
def without_microphone(browser: Browser) -> Iterator[Page]:
    chromium = launch(SimpleNamespace(chromium=browser.browser_type), microphone=False)  # type: ignore[arg-type]
    yield chromium.new_page(permissions=["microphone"])
    chromium.close()


def test_a_machine_without_a_microphone_is_named(
    without_microphone: Page, site: PhoneSite, phone: Callable[..., Phone]
) -> None:
    without_microphone.goto(site.host_page())
    without_microphone.wait_for_selector("body[data-loaded]", state="attached")
    alice = phone("1001", page=without_microphone)
    alice.expect_status(microphone="none")
    assert alice.command("dial", number="1002") == "no_microphone"
    assert alice.events("dialing", "failed") == []


@pytest.fixture
def silent_until_touched(browser: Browser) -> Iterator[Page]:
    args = [arg for arg in CHROMIUM_ARGS if not arg.startswith("--autoplay-policy")]
    chromium = start(browser.browser_type, args)
    # no microphone: a page that records may make a sound without a gesture
    yield chromium.new_page()
    chromium.close()


def test_a_touch_of_the_workspace_makes_its_phone_audible(
    silent_until_touched: Page, site: PhoneSite, kamailio: Kamailio
) -> None:
    """Playwright's own evaluate() counts as a gesture, so the page starts by itself here and
    reports by its console.
    """
    page, said = silent_until_touched, list[dict[str, Any]]()
    args = json.dumps(
        ["line1001", site.phone_origin, session_for("1001", kamailio.ws_url, "line1001", {})]
    )
    page.on(
        "console",
        lambda message: (
            said.append(json.loads(message.text))
            if message.text.startswith('{"microphone')
            else None
        ),
    )
    page.add_init_script(
        "addEventListener('load', () => { if (window !== top) return; bring(..."
        + args
        + ");phones.line1001.host.onstatus = (status) => console.log(JSON.stringify(status)); })"
    )
    page.goto(site.host_page())
    wait(page, lambda: any(status["registered"] for status in said), "registered")
    assert not any(status["audible"] for status in said)
    page.mouse.click(5, 5)
    wait(page, lambda: said[-1]["audible"], "audible after a click")


def wait(page: Page, check: Callable[[], Any], what: str) -> None:
    """Playwright delivers console messages only while it waits itself."""

    def turn() -> Any:
        page.wait_for_timeout(50)
        return check()

    until(turn, what)
