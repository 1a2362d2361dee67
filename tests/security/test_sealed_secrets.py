"""Secrets at rest are bound to their row under every key."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from console.config import Settings
from console.security.secrets_at_rest import UnreadableSecret, Vault
from console.storage.database import Database
from console.storage.models import Line
from console.storage.organisations import place_of


def key() -> str:
    return Fernet.generate_key().decode()


def lines(store: Database) -> list[Line]:
    with store.read() as session:
        return list(session.scalars(select(Line).order_by(Line.extension)))


def test_a_foreign_key_opens_nothing() -> None:
    sealed = Vault([key()]).seal({"password": "x"})("lines/1/secrets")
    with pytest.raises(UnreadableSecret):
        Vault([key()]).open(sealed, "lines/1/secrets")


@pytest.mark.parametrize("place", ["lines/2/secrets", "connections/1/secrets", "lines/1/other", ""])
def test_a_secret_opens_in_its_own_row_and_column_only(place: str) -> None:
    vault = Vault([key()])
    sealed = vault.seal({"password": "x"})("lines/1/secrets")
    assert vault.open(sealed, "lines/1/secrets") == {"password": "x"}
    with pytest.raises(UnreadableSecret):
        vault.open(sealed, place)
    with pytest.raises(UnreadableSecret):
        vault.rotate(sealed, place)


@pytest.mark.parametrize(
    "text", ["bound:", "bound:A", "bound:AAAA", "bound:é", "gAAAAA", "nonsense", "{}"]
)
def test_an_invalid_sealed_secret_does_not_open(text: str) -> None:
    with pytest.raises(UnreadableSecret):
        Vault([key()]).open(text, "lines/1/secrets")


def test_nothing_is_sealed_as_nothing() -> None:
    vault = Vault([key()])
    assert vault.seal({})("lines/1/secrets") == ""
    assert vault.open("", "lines/1/secrets") == {}


def test_a_secret_copied_to_another_line_does_not_open_there(
    run: Any, store: Database, settings: Settings
) -> None:
    run("prepare")
    with store.write() as session:
        first, second = session.scalars(select(Line).order_by(Line.extension)).all()
        first.secrets = second.secrets
    vault = Vault(settings.encryption_keys)
    alices, bobs = lines(store)
    assert vault.open(bobs.secrets, place_of(bobs)) == {"password": "pw-1002"}
    with pytest.raises(UnreadableSecret):
        vault.open(alices.secrets, place_of(alices))


@pytest.mark.parametrize("command", ["db-upgrade", "prepare", "rotate-secrets"])
def test_secrets_of_earlier_versions_are_bound_to_their_rows(
    run: Any, store: Database, settings: Settings, command: str
) -> None:
    run("prepare")
    earlier = Fernet(settings.encryption_keys[0]).encrypt(b'{"password": "old"}').decode()
    with store.write() as session:
        for line in session.scalars(select(Line)):
            line.secrets = earlier
    vault = Vault(settings.encryption_keys)
    with pytest.raises(UnreadableSecret):
        vault.open(earlier, place_of(lines(store)[0]))
    done = run(command)
    assert done.exit_code == 0, done.output
    assert [vault.open(line.secrets, place_of(line)) for line in lines(store)] == [
        {"password": "old"}
    ] * 2
    bound = [line.secrets for line in lines(store)]
    run("db-upgrade")
    assert [line.secrets for line in lines(store)] == bound
