"""How long an agent is without a phone when the tab that has it goes: closed, or killed beside
another tab.

    python -m tests.bench.hand_over [--rounds N]

Each round opens two tabs of one browser on a Console and a SIP server of its own, and waits until
the second tab's phone is registered. Figures of a busy machine say nothing.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import time
from collections.abc import Callable

from playwright.sync_api import Browser, Page, sync_playwright

from tests import pages
from tests.pages.agent_page import AgentPage
from tests.providers.sip.e2e.test_losses import renderers
from tests.servers import ConsoleServer, Kamailio, launch

READY = "document.querySelector('#phone-chip').dataset.phone === 'ready'"
_NOT_A_RELOAD = 10_500  # ms after the last request for the page


def _closed(first: Page, _process: int) -> None:
    first.close(run_before_unload=False)


def _killed(_first: Page, process: int) -> None:
    os.kill(process, signal.SIGKILL)


def _round(browser: Browser, console: ConsoleServer, go: Callable[[Page, int], None]) -> float:
    """Seconds until the second tab has the phone."""
    context = browser.new_context(permissions=["microphone"], locale="en-GB")
    before = renderers(browser)
    context.route("**/phone/*/session", lambda route: route.abort())
    first = AgentPage(context, console, "alice")
    first.wait_until(lambda: len(renderers(browser) - before) == 1)
    (process,) = renderers(browser) - before
    context.unroute("**/phone/*/session")
    first.available()
    second = first.second_tab()
    second.locator("#banner[data-kind=follower]:visible").wait_for()
    second.wait_for_timeout(_NOT_A_RELOAD)
    began = time.monotonic()
    go(first.page, process)
    pages.until(second, READY, timeout=60)
    took = time.monotonic() - began
    pages.leave(context, console.url)
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with (
        Kamailio() as kamailio,
        ConsoleServer(sip_url=kamailio.ws_url) as console,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        for name, go in (("closed", _closed), ("killed", _killed)):
            took = [_round(browser, console, go) for _ in range(rounds)]
            print(
                f"{name:8} median {statistics.median(took):.2f} s, longest {max(took):.2f} s, of"
                f" {rounds}"
            )
        browser.close()


if __name__ == "__main__":
    main()
