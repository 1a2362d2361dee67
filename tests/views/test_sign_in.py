from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from console.security import passwords
from console.security.safe_next import safe_next
from console.storage.database import Database
from console.storage.models import User
from tests.application import PASSWORD_HASH, Person

Sit = Callable[..., Person]


@pytest.mark.parametrize(
    ("username", "home"), [("alice", "/"), ("sam", "/wall"), ("ada", "/wall"), ("olga", "/")]
)
def test_sign_in_opens_the_users_work_page(person: Sit, username: str, home: str) -> None:
    assert person().sign_in(username).location == home


def test_a_user_name_is_found_however_it_is_written(person: Sit) -> None:
    assert person().sign_in(" ALICE ").status_code == 303


def test_a_wrong_password_is_answered_like_an_unknown_name(person: Sit) -> None:
    someone = person()
    someone.post("/preferences", {"locale": "en"})
    wrong, unknown = someone.sign_in("alice", "wrong"), someone.sign_in("nobody", "wrong")
    assert wrong.status_code == unknown.status_code == 401
    assert all("The user name or password is incorrect." in page.text for page in (wrong, unknown))
    told = [
        re.sub(r'"[\w.-]{60,}"|alice|nobody', "", page.text) for page in (wrong, unknown)
    ]  # but for form token and name
    assert told[0] == told[1]


def test_an_unknown_name_costs_a_hash_too(person: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str | None] = []
    verify = passwords._hasher.verify
    counting = type(
        "Counting",
        (),
        {
            "verify": lambda _self, a_hash, password: (
                hashed.append(a_hash) or verify(a_hash, password)
            )
        },
    )
    monkeypatch.setattr(passwords, "_hasher", counting())
    person().sign_in("nobody", "wrong")
    assert hashed == [PASSWORD_HASH]


def test_a_hash_of_weaker_times_is_renewed_at_sign_in(person: Sit, store: Database) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, hash_len=8).hash(
        "console-demo"
    )
    with store.write() as session:
        session.execute(update(User).where(User.username == "alice").values(password_hash=weak))
    person("alice")
    with store.read() as session:
        renewed = session.scalars(select(User.password_hash).where(User.username == "alice")).one()
    assert renewed != weak
    person("alice")


def test_a_disabled_account_is_signed_out_at_once(person: Sit, store: Database) -> None:
    alice = person("alice")
    with store.write() as session:
        session.execute(update(User).where(User.username == "alice").values(disabled=True))
    assert not alice.is_in()
    assert person().sign_in("alice").status_code == 401


def test_a_signed_in_user_skips_the_sign_in_page(person: Sit) -> None:
    assert person("alice").get("/sign-in?next=/history").location == "/history"


def test_a_page_that_needs_sign_in_is_shown_after_it(person: Sit) -> None:
    someone = person()
    asked = someone.get("/sessions?page=2")
    assert asked.location == "/sign-in?next=/sessions%3Fpage%3D2"
    assert someone.sign_in("alice", next="/sessions?page=2").location == "/sessions?page=2"


FOREIGN = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "/ /evil",
    "",
]


@pytest.mark.parametrize("next_page", FOREIGN)
def test_sign_in_never_leads_to_another_site(next_page: str) -> None:
    assert safe_next(next_page, "/") == "/"


def test_signing_in_redirects_to_an_own_page_only(person: Sit) -> None:
    assert person().sign_in("alice", next="https://evil.example/").location == "/"


def test_each_sign_in_begins_a_session_and_ends_the_old_one(person: Sit) -> None:
    someone = person("alice")
    before = someone.cookie()
    token = someone.form_token()
    someone.bare_post(
        "/sign-in", {"csrf_token": token, "username": "bob", "password": "console-demo"}
    )
    assert someone.cookie() != before
    thief = person()
    thief.client.set_cookie("console", before or "", domain="localhost")
    assert not thief.is_in()
