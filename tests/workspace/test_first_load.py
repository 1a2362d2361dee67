"""A first load stays small: everything that a browser fetches before an agent can take a call, on
the wire and with headers.
"""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.bench.first_load import PackedConsole, weigh
from tests.servers import Kamailio


def test_first_load_weighs_at_most_180_kb_without_phone_library(
    browser: Browser, kamailio: Kamailio
) -> None:
    with PackedConsole(sip_url=kamailio.ws_url, by_hand=True) as server:
        weights = weigh(browser, server)
    assert weights.pop("phone library") > 20_000, "the phone was loaded"
    assert {"document", "script", "stylesheet", "font"} < weights.keys()
    assert weights.total() < 180_000, weights
