"""STUN and TURN servers from the command line, with their credential as a secret."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from console.config import Settings
from console.outgoing_http import OutgoingHttp
from console.providers.base import Account
from console.providers.sip import SipProvider
from console.security.secrets_at_rest import Vault
from console.storage.database import Database
from console.storage.models import Connection
from console.storage.organisations import place_of

TURN = ("--url", "turns:turn.example:443", "--url", "stun:turn.example")


def demo_pbx(store: Database) -> Connection:
    with store.read() as session:
        return session.scalars(select(Connection).where(Connection.name == "Demo PBX")).one()


def for_the_phone(store: Database, settings: Settings) -> Any:
    row = demo_pbx(store)
    secrets = Vault(settings.encryption_keys).open(row.secrets, place_of(row))
    return SipProvider().phone_session(
        Account(row.settings, secrets, "1001", {}, "Alice", OutgoingHttp())
    )["ice_servers"]


def test_turn_servers_reach_the_phone_with_a_secret_credential(
    run: Any, store: Database, settings: Settings
) -> None:
    run("prepare")
    done = run(
        "set-ice-servers", "Demo", "Demo PBX", *TURN, "--username", "console", input="turn secret\n"
    )
    assert done.exit_code == 0, done.output
    row = demo_pbx(store)
    assert "turn secret" not in json.dumps(row.settings) + row.secrets + done.output
    urls = ["turns:turn.example:443", "stun:turn.example"]
    assert for_the_phone(store, settings) == [
        {"urls": urls, "username": "console", "credential": "turn secret"}
    ]


def test_ice_servers_and_credential_are_replaced_and_removed(
    run: Any, store: Database, settings: Settings
) -> None:
    run("prepare")
    run(
        "set-ice-servers", "Demo", "Demo PBX", *TURN, "--username", "console", input="turn secret\n"
    )
    assert run("set-ice-servers", "Demo", "Demo PBX", "--url", "stun:stun.example").exit_code == 0
    assert for_the_phone(store, settings) == [{"urls": ["stun:stun.example"]}]
    assert run("set-ice-servers", "Demo", "Demo PBX").exit_code == 0
    assert for_the_phone(store, settings) == []
    assert demo_pbx(store).secrets == ""


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--url", "https://turn.example"), "must start with"),
        (("--url", "turn:turn.example"), "needs `username`"),
    ],
)
def test_servers_that_no_browser_takes_are_refused(
    run: Any, store: Database, words: tuple[str, ...], sentence: str
) -> None:
    run("prepare")
    before = demo_pbx(store).settings
    refused = run("set-ice-servers", "Demo", "Demo PBX", *words)
    assert refused.exit_code == 1 and sentence in refused.output
    assert demo_pbx(store).settings == before


def test_a_vendor_with_servers_of_its_own_takes_no_others(run: Any, store: Database) -> None:
    run("prepare")
    run("create-connection", "Demo", "vcc", "VCC", "--setting", "domain=acme", input="key\n")
    refused = run("set-ice-servers", "Demo", "VCC", "--url", "stun:stun.example")
    assert refused.exit_code == 1 and "servers of its vendor" in refused.output
