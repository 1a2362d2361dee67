"""New passwords: which are refused, and what a change ends."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from console.demo import PASSWORD
from console.security.password_rules import SHORTEST, Weakness, weakness
from console.security.passwords import LONGEST, hash_password
from console.security.sign_in_limits import PER_DEVICE
from console.storage import accounts
from console.storage.database import Database
from tests.application import PASSWORD_HASH, Person
from tests.servers.console_server import ConsoleServer
from tests.servers.server_process import ROOT
from tests.servers.web_client import WebClient

Sit = Callable[..., Person]

NEW = "four quiet herons wade"
ABOUT = ("nguyen.hoa", "Nguyễn Thị Hòa", "Sao Mai Việt")


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


@pytest.mark.parametrize(
    "password", [NEW, "J8#kq-Lw2vTz", "con mèo trèo cây cau", "x4!" + "Zq7&Lm_w@9<(3[1$" * 20]
)
def test_a_strong_password_is_accepted(password: str) -> None:
    assert weakness(password, ABOUT) is None


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "qwertyuiop12",
        "iloveyou12345",
        "aaaaaaaaaaaa",
        "P@ssw0rd!2024",
        "123456789012",
        PASSWORD,
        "console2024!",
        "Console-Console",
        "nguyen.hoa1990",
        "NguyenHoa-2024",
        "saomaiviet2024",
        "Sao Mai Việt 1",
        "hoahoahoahoa1",
    ],
)
def test_leaked_and_guessable_passwords_are_refused(password: str) -> None:
    assert weakness(password, ABOUT) == Weakness.guessable


def test_passwords_with_the_users_names_are_guessable() -> None:
    assert weakness("Zorblaxian-Quv", ()) is None
    assert weakness("Zorblaxian-Quv", ("zorblaxian", "Quv")) == Weakness.guessable


def test_a_password_has_a_least_and_a_greatest_length() -> None:
    assert weakness(NEW[: SHORTEST - 1], ()) == Weakness.short
    assert weakness(NEW[:SHORTEST], ()) != Weakness.short
    assert weakness("x4!Z" * (LONGEST // 4) + "x", ()) == Weakness.long


@pytest.mark.parametrize(
    "password",
    [
        "4@8({[<3369&#!1/|0$5+7%2" * 3,
        "7!|@47!417!1|!114!174|!14|7" * 3,
        "1|7@4!" * 160,
        "a" * LONGEST,
    ],
)
def test_no_password_takes_the_processor_for_seconds(password: str) -> None:
    weakness("a first one reads the lists", ())
    before = time.thread_time()
    weakness(password, ABOUT)
    assert time.thread_time() - before < 2


SEVERAL = """
from gevent import monkey
monkey.patch_all()
import gevent
from console.security.password_rules import weakness
words = [f"correct horse battery {n}" for n in range(12)]
asked = [gevent.spawn(weakness, word, ("alice",)) for word in words]
print(len(gevent.joinall(asked, timeout=60)))
"""


def test_parallel_password_changes_are_all_answered() -> None:
    """Runs as in the server: a thread of the pool must never wait for a lock of gevent."""
    ran = subprocess.run(
        [sys.executable, "-c", SEVERAL], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert ran.stdout.strip() == "12", ran.stderr


def change(
    someone: Person, new: str = NEW, current: str = PASSWORD, again: str | None = None, **more: str
) -> TestResponse:
    return someone.post(
        "/password",
        {"current": current, "password": new, "again": new if again is None else again, **more},
    )


def signs_in(someone: Person, password: str) -> bool:
    return someone.sign_in("alice", password).status_code == 303


def test_a_changed_password_signs_the_user_out_elsewhere(person: Sit) -> None:
    here, there, bob = person("alice"), person("alice"), person("bob")
    done = change(here)
    assert (done.status_code, done.location) == (303, "/settings?changed#password")
    assert "mật khẩu" in here.get("/settings?changed").text
    assert (here.is_in(), there.is_in(), bob.is_in()) == (True, False, True)
    assert (signs_in(person(), PASSWORD), signs_in(person(), NEW)) == (False, True)


@pytest.mark.parametrize(
    ("new", "current", "again", "status"),
    [
        (NEW, "not theirs", None, 401),
        (NEW, PASSWORD, "another one", 422),
        ("short one", PASSWORD, None, 422),
        ("alice console 1", PASSWORD, None, 422),
        (PASSWORD, PASSWORD, None, 422),
        (f"{PASSWORD}1", PASSWORD, None, 422),
    ],
)
def test_a_refused_change_gives_its_reason(
    person: Sit, new: str, current: str, again: str | None, status: int
) -> None:
    here, there = person("alice"), person("alice")
    refused = change(here, new, current, again)
    assert (refused.status_code, 'role="alert"' in refused.text) == (status, True)
    assert f'value="{new}"' not in refused.text and f'value="{current}"' not in refused.text
    assert (here.is_in(), there.is_in()) == (True, True)
    assert signs_in(person(), PASSWORD)


def test_guesses_of_the_current_password_are_limited(person: Sit) -> None:
    alice = person("alice")
    tries = [
        change(alice, current=f"guess {number}").status_code
        for number in range(PER_DEVICE.amount + 1)
    ]
    assert tries == [401] * PER_DEVICE.amount + [429]
    assert change(alice).status_code == 429


def test_olga_changes_nobodys_password_but_her_own(person: Sit) -> None:
    alice, olga = person("alice"), person("olga")
    assert change(olga, username="alice", user="alice").status_code == 303
    assert alice.is_in()
    assert signs_in(person(), PASSWORD) and not signs_in(person(), NEW)


def test_a_stranger_changes_none(person: Sit) -> None:
    assert change(person()).location.startswith("/sign-in")


def test_a_password_replaced_during_its_check_opens_no_session(
    app: Flask, person: Sit, store: Database
) -> None:
    held = app.extensions["console"].accounts
    alice = held.by_username("alice")
    with store.write() as session:
        accounts.set_password(session, alice.id, hash_password(NEW))
    assert held.start_session(alice, "late", browser="", address="") is None
    held.keep_password(alice, PASSWORD_HASH)
    assert signs_in(person(), NEW)


def test_an_account_disabled_during_the_check_opens_no_session(app: Flask, store: Database) -> None:
    held = app.extensions["console"].accounts
    alice = held.by_username("alice")
    with store.write() as session:
        accounts.set_disabled(session, alice.id, True)
    assert held.start_session(alice, "late", browser="", address="") is None


def test_an_administrators_password_change_wins_over_the_users(
    app: Flask, person: Sit, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    mallory = person("alice")

    def meanwhile(password: str) -> str:
        with store.write() as session:
            alice = app.extensions["console"].accounts.by_username("alice")
            accounts.set_password(session, alice.id, hash_password(NEW))
        return hash_password(password)

    monkeypatch.setattr("console.views.settings.hash_password", meanwhile)
    assert change(mallory, "mallory waits behind a hedge").status_code == 303
    monkeypatch.undo()
    assert signs_in(person(), NEW)


def test_a_changed_password_closes_other_browsers_sockets(web: Callable[..., WebClient]) -> None:
    with ConsoleServer() as console:
        here, there = web(console, "alice"), web(console, "alice")
        mine, other = here.hello("here", browser="b1"), there.hello("there", browser="b2")
        form = {"csrf_token": here.csrf, "current": PASSWORD, "password": NEW, "again": NEW}
        assert here.http.post("/password", data=form).status_code == 303
        assert other.goodbye() == (4401, 4401)
        mine.send(type="lease.claim")
        assert mine.until("lease.granted")
