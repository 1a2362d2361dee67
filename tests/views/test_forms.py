"""The forms for signing in and out and for changing a password."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from console.security.passwords import hash_password
from console.storage.database import Database
from console.storage.models import User
from tests.application import QUICK, Person

Sit = Callable[..., Person]
LONG = "  Mật khẩu rất DÀI, with 100 letters " + "x" * 63
SPELLINGS = {
    "trimmed": LONG.strip(),
    "in lower case": LONG.lower(),
    "cut after 72 bytes": LONG.encode()[:72].decode(),
    "without its last letter": LONG[:-1],
    "with another one": f"{LONG}x",
    "with one space more": f"{LONG} ",
    "with other white space": LONG.replace(" ", "\u00a0"),
}


@pytest.fixture
def alice(person: Sit, store: Database) -> Person:
    """A user whose password is LONG."""
    someone = person()
    with store.write() as session:
        session.execute(
            update(User).where(User.username == "alice").values(password_hash=QUICK.hash(LONG))
        )
    return someone


def test_a_long_password_is_taken_as_it_is(alice: Person) -> None:
    assert alice.sign_in("alice", LONG).status_code == 303


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_password_counts_letter_by_letter(alice: Person, spelling: str) -> None:
    assert alice.sign_in("alice", SPELLINGS[spelling]).status_code == 401


def test_passwords_are_hashed_with_the_settings_of_rfc_9106(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()  # other tests hash quickly
    assert hash_password("a password").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_the_sign_in_page_leaves_passwords_to_the_browser(person: Sit) -> None:
    field = re.search(r'<input id="password"[^>]*>', person().get("/sign-in").text)
    assert field and 'type="password"' in field[0] and 'autocomplete="current-password"' in field[0]
    assert "value=" not in field[0] and "onpaste" not in field[0] and "readonly" not in field[0]


@pytest.mark.parametrize("path", ["/", "/history", "/sessions", "/settings", "/wall"])
def test_every_page_of_a_person_offers_to_sign_out(person: Sit, path: str) -> None:
    page = person("ada").get(path)
    assert page.status_code == 200
    assert re.search(
        r'<form method="post" action="/sign-out"[^>]*>\s*<input type="hidden" name="csrf_token"',
        page.text,
    )


def test_a_failed_page_names_the_reference_that_the_log_has(
    app: Flask, person: Sit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("broken")

    alice = person("alice")
    monkeypatch.setattr("console.views.settings.page_data", fail)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    failed = alice.get("/settings")
    assert failed.status_code == 500
    shown = re.search(r'id="error-reference">([0-9a-f]{8})<', failed.text)
    assert shown and f"reference {shown[1]}" in caplog.text
    assert 'class="button primary" href="/"' in failed.text
