"""The flask commands that answer a compromise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from console.config import Settings
from console.demo import PASSWORD
from console.security.secrets_at_rest import Vault
from console.storage.database import Database
from console.storage.models import Connection, JournalRow, Line, SignInSession
from console.storage.organisations import place_of
from tests.application import Person
from tests.config.test_config import ROOT
from tests.security.test_passwords import NEW, signs_in
from tests.servers.console_server import ConsoleServer
from tests.servers.forked_process import run_flask
from tests.servers.web_client import WebClient

Sit = Callable[..., Person]
Run = Callable[..., Result]


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


@pytest.fixture
def run(app: Flask) -> Run:
    def command(*words: str, input: str = "") -> Result:
        return app.test_cli_runner().invoke(args=list(words), input=input)

    return command


def test_a_password_that_was_set_lets_in_and_ends_all_sessions(run: Run, person: Sit) -> None:
    alice, bob = person("alice"), person("bob")
    done = run("set-password", "Alice", input=f"{NEW}\n")
    assert (done.exit_code, "alice: 1 sessions have ended" in done.output) == (0, True)
    assert NEW not in done.output
    assert (alice.is_in(), bob.is_in()) == (False, True)
    assert (signs_in(person(), PASSWORD), signs_in(person(), NEW)) == (False, True)


@pytest.mark.parametrize(
    "password", ["short one", "password1234", "alice in the demo", "Console-2024"]
)
def test_a_guessable_password_is_not_set(run: Run, person: Sit, password: str) -> None:
    alice = person("alice")
    refused = run("set-password", "alice", input=f"{password}\n")
    assert refused.exit_code == 1 and "password" in refused.output
    assert alice.is_in()


def test_a_disabled_user_is_out_and_stays_out_until_enabled(run: Run, person: Sit) -> None:
    alice, bob = person("alice"), person("bob")
    assert run("disable-user", "alice").exit_code == 0
    assert (alice.is_in(), bob.is_in(), signs_in(person(), PASSWORD)) == (False, True, False)
    assert "disabled" in next(
        line for line in run("list-users").output.splitlines() if " alice " in line
    )
    assert run("enable-user", "alice").exit_code == 0
    assert not alice.is_in()
    assert signs_in(person(), PASSWORD)


def test_all_sessions_of_a_user_can_be_ended(run: Run, person: Sit, store: Database) -> None:
    first, second, bob = person("alice"), person("alice"), person("bob")
    assert "2 sessions have ended" in run("end-sessions", "alice").output
    assert (first.is_in(), second.is_in(), bob.is_in()) == (False, False, True)
    with store.read() as session:
        ended = session.scalars(select(JournalRow).where(JournalRow.type == "session_ended")).all()
    assert len(ended) == 2


@pytest.mark.parametrize("command", ["set-password", "disable-user", "enable-user", "end-sessions"])
def test_a_user_who_does_not_exist_is_named(run: Run, command: str) -> None:
    refused = run(command, "nobody", input=f"{NEW}\n")
    assert (refused.exit_code, "There is no user 'nobody'." in refused.output) == (1, True)


def opened(store: Database, settings: Settings, kind: Any) -> list[dict[str, Any]]:
    with store.read() as session:
        rows = session.scalars(select(kind).order_by(kind.id))
        return [Vault(settings.encryption_keys).open(row.secrets, place_of(row)) for row in rows]


def test_secrets_are_replaced_one_by_one(run: Run, store: Database, settings: Settings) -> None:
    assert (
        "added" in run("set-connection-secret", "Demo", "Demo PBX", "token", input="first\n").output
    )
    assert (
        "replaced"
        in run("set-connection-secret", "Demo", "Demo PBX", "token", input="second\n").output
    )
    assert (
        "replaced"
        in run("set-line-secret", "Demo", "Demo PBX", "1001", "password", input="changed\n").output
    )
    assert opened(store, settings, Connection) == [{"token": "second"}]
    assert opened(store, settings, Line) == [{"password": "changed"}, {"password": "pw-1002"}]


@pytest.mark.parametrize(
    ("words", "typed", "sentence"),
    [
        (
            ("set-connection-secret", "Other", "Demo PBX", "token"),
            "x",
            "Other has no connection 'Demo PBX'.",
        ),
        (
            ("set-line-secret", "Demo", "Demo PBX", "1009", "password"),
            "x",
            "Demo PBX has no extension 1009.",
        ),
        (("set-line-secret", "Demo", "Demo PBX", "1001", "password"), "", "must not be empty"),
    ],
)
def test_a_secret_that_cannot_be_replaced_is_explained(
    run: Run, words: tuple[str, ...], typed: str, sentence: str
) -> None:
    refused = run(*words, input=f"{typed}\n")
    assert (refused.exit_code, sentence in refused.output) == (1, True)


def test_everything_can_be_listed_without_a_secret(run: Run, person: Sit) -> None:
    person("alice", address="203.0.113.9")
    listed = {
        what: run(f"list-{what}").output
        for what in ("organisations", "users", "sessions", "connections", "lines")
    }
    expected = {
        "organisations": "Demo Other",
        "users": "ada alice bob olga sam agent admin Demo Other",
        "sessions": "alice 203.0.113.9",
        "connections": "Demo PBX sip",
        "lines": "1001 1002 alice bob password",
    }
    for what, words in expected.items():
        assert [word for word in words.split() if word not in listed[what]] == []
    assert not any(
        secret in text for text in listed.values() for secret in ("pw-1001", "argon2", "$")
    )


def test_a_list_can_be_of_one_organisation(run: Run) -> None:
    users = run("list-users", "Other").output
    assert "olga" in users and "alice" not in users
    assert run("list-users", "Nobody").exit_code == 1


def test_a_browser_cannot_write_to_the_administrators_terminal(
    run: Run, person: Sit, store: Database
) -> None:
    person("alice")
    with store.write() as session:
        session.scalars(select(SignInSession)).one().browser = "\x1b[2Jgone\n\u202eabc"
    listed = run("list-sessions").output
    assert "\\x1b[2Jgone\\n\\u202eabc" in listed
    assert "\x1b" not in listed and len(listed.splitlines()) == 2


def test_a_command_beside_a_running_console_closes_the_sockets(
    web: Callable[..., WebClient],
) -> None:
    with ConsoleServer() as console:
        alice, bob = web(console, "alice").hello("alices"), web(console, "bob")
        command = run_flask("disable-user", "alice", cwd=ROOT, env=console.environment())
        assert command[0] == 0, command
        bob.claimed("bobs")  # what happens next shows that there is something to read
        assert alice.goodbye() == (4401, 4401)
