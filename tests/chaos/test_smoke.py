"""One short round, so that `make test` covers the code of `make chaos`."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.chaos.__main__ import run


def test_a_short_round_heals(browser: Browser) -> None:
    assert run(browser.browser_type, seed=3, rounds=1, faults=3) == []
