"""Every provider keeps the contract, and none is forgotten."""

from __future__ import annotations

import pytest

from console.providers import PROVIDERS
from tests.providers.contract import Facts, ProviderContract


class TestSip(ProviderContract):
    @pytest.fixture
    def facts(self) -> Facts:
        settings = {"url": "wss://pbx.example/ws", "domain": "pbx.example"}
        return Facts(
            "sip", settings, ("url", "domain"), {"url": "wss://pbx.example"}, shows_line_secret=True
        )


class TestVcc(ProviderContract):
    @pytest.fixture
    def facts(self) -> Facts:
        origins = {"base_url": "https://vcc.example", "hosts": "wss://sip.example"}
        return Facts("vcc", {"domain": "demo"}, ("domain",), origins)


def test_every_provider_is_asked() -> None:
    asked = {kind.__name__.removeprefix("Test").lower() for kind in (TestSip, TestVcc)}
    assert asked == set(PROVIDERS)
