"""The contract of every provider.

It is one class; each provider's facts are its fixture.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask_babel import LazyString

from console.domain.enums import Command, Device
from console.outgoing_http import Answer, OutgoingHttp
from console.providers import PROVIDERS
from console.providers.base import Account, BadSettings, Provider
from tests.providers.phone_contract import PhoneContract

SECRET = "the-secret-of-the-line-or-connection"
SERVER_SIDE = {Command.set_availability, Command.note}


class Willing(OutgoingHttp):
    """A phone system that accepts every login."""

    def post_json(
        self, url: str, body: Any, *, seconds: float = 10.0, most: int = 1_000_000
    ) -> Answer:
        return Answer(200, {}, b'{"code": "ok"}')


@dataclass(frozen=True)
class Facts:
    """The facts of one provider that its tests need."""

    name: str
    settings: dict[str, Any]  # of a connection that works
    needed: tuple[str, ...]  # names of the settings that must not be missing
    origins: dict[str, str] = field(default_factory=dict)  # setting → an address of a host
    shows_line_secret: bool = False  # the browser needs it to register


class ProviderContract(PhoneContract):
    @pytest.fixture
    def facts(self) -> Facts:
        raise NotImplementedError

    @pytest.fixture
    def provider(self, facts: Facts) -> Provider:
        return PROVIDERS[facts.name]

    def account(self, facts: Facts, provider: Provider, **settings: Any) -> Account:
        secrets = dict.fromkeys(provider.secrets, SECRET)
        line = dict.fromkeys(provider.line_secrets, SECRET)
        return Account({**facts.settings, **settings}, secrets, "5001", line, "Alice", Willing())

    @pytest.fixture
    def session(self, facts: Facts, provider: Provider) -> dict[str, Any]:
        own = provider.phone_session(self.account(facts, provider))
        general = {"provider": facts.name, "connection": "test", "epoch": 1}
        return {**general, "availability": "available", **own}

    def test_it_is_registered_under_its_name(self, facts: Facts, provider: Provider) -> None:
        assert provider.name == facts.name

    def test_every_command_is_offered_or_has_its_reason(self, provider: Provider) -> None:
        assert Device.browser in provider.capabilities.offered
        for device in provider.capabilities.offered:
            for command in Command:
                if not provider.capabilities.offers(device, command):
                    why = provider.capabilities.why_not.get(
                        (device, command), provider.capabilities.otherwise
                    )
                    assert isinstance(why, LazyString), (device, command)

    def test_offered_commands_have_no_refusal_reason(self, provider: Provider) -> None:
        capabilities = provider.capabilities
        assert [key for key in capabilities.why_not if capabilities.offers(*key)] == []

    def test_every_phone_offers_the_basic_commands(self, provider: Provider) -> None:
        offered = set().union(*provider.capabilities.offered.values())
        basics = {
            Command.dial,
            Command.answer,
            Command.reject,
            Command.hangup,
            Command.register,
            Command.unregister,
        }
        assert basics | SERVER_SIDE <= offered

    def test_phone_session_is_plain_json_for_its_own_module(
        self, facts: Facts, provider: Provider
    ) -> None:
        session = provider.phone_session(self.account(facts, provider))
        assert facts.name in session and json.loads(json.dumps(session)) == session

    def test_secrets_of_a_connection_never_reach_the_browser(
        self, facts: Facts, provider: Provider
    ) -> None:
        session = json.dumps(provider.phone_session(self.account(facts, provider)))
        assert (SECRET in session) is facts.shows_line_secret

    def test_account_does_not_print_its_secrets(self, facts: Facts, provider: Provider) -> None:
        assert SECRET not in repr(self.account(facts, provider))

    def test_missing_settings_are_refused_with_a_message(
        self, facts: Facts, provider: Provider
    ) -> None:
        for name in facts.needed:
            without = {key: value for key, value in facts.settings.items() if key != name}
            with pytest.raises(BadSettings) as caught:
                provider.phone_session(
                    Account(
                        without,
                        dict.fromkeys(provider.secrets, SECRET),
                        "5001",
                        {},
                        "Alice",
                        Willing(),
                    )
                )
            assert len(str(caught.value)) > 10

    @pytest.mark.parametrize(
        "trick",
        [
            "{}; script-src *",
            "{} https://evil.example",
            "javascript:alert(1)",
            "{}\nx",
            "*",
            "//evil",
        ],
    )
    def test_address_of_an_organisation_cannot_extend_the_policy(
        self, facts: Facts, provider: Provider, trick: str
    ) -> None:
        for name, good in facts.origins.items():
            provider.sources({**facts.settings, name: good})
            given = {**facts.settings, name: trick.format(good)}
            try:
                found = provider.sources(given)
            except BadSettings:
                continue
            for source in (*found.connect, *found.script, *found.media):
                assert re.fullmatch(r"(https?|wss?)://[A-Za-z0-9.*_\[\]-]+(:[\d*]+)?", source), (
                    source
                )

    def test_every_failed_registration_has_words_and_a_next_step(self, provider: Provider) -> None:
        needed = {
            "401",
            "403",
            "404",
            "407",
            "408",
            "423",
            "4xx",
            "5xx",
            "6xx",
            "unreachable",
            "other",
        }
        assert needed <= provider.registration.keys()
        for key, words in provider.registration.items():
            assert re.fullmatch(r"[a-z0-9_]+", key), key
            assert all(each[-1] in ".!" for each in words)
            assert re.search("Console retries|Try again|Ask your administrator", " ".join(words)), (
                key
            )

    def test_each_code_has_a_sentence(self, provider: Provider) -> None:
        for key, words in provider.sentences.items():
            assert re.fullmatch(r"[A-Za-z0-9_.]+(;\d{3})?", key), key
            assert words and all(isinstance(each, str) and each[-1] in ".!" for each in words)
