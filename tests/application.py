"""People with browsers, on an application with the demo."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from console import create_app
from console.config import Settings, load_settings
from console.demo import PASSWORD, create_demo
from console.security.secrets_at_rest import Vault
from console.storage.database import Database

QUICK = PasswordHasher(
    time_cost=1, memory_cost=8, parallelism=1
)  # a real hash takes 50 ms, hundreds of times
PASSWORD_HASH = QUICK.hash(PASSWORD)
PHONE_HOST = "http://0192.phone.localhost:5000"


class Person:
    """One browser: it keeps cookies and finds the form's token."""

    def __init__(self, app: Flask, address: str = "203.0.113.7") -> None:
        self.client: FlaskClient = app.test_client()
        self.environ = {"REMOTE_ADDR": address}

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(
            path, base_url="http://localhost:5000", environ_overrides=self.environ, **more
        )

    def post(self, path: str, data: dict[str, str] | None = None, **more: Any) -> TestResponse:
        """A form, sent with its token."""
        return self.bare_post(path, {"csrf_token": self.form_token(), **(data or {})}, **more)

    def bare_post(self, path: str, data: dict[str, str] | None = None, **more: Any) -> TestResponse:
        return self.client.post(
            path,
            data=data,
            base_url="http://localhost:5000",
            environ_overrides=self.environ,
            **more,
        )

    def form_token(self, page: str = "") -> str:
        found = None
        for path in filter(None, (page, "/sign-in", "/sessions")):
            found = found or re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).text)
        assert found, "no form on the page"
        return found[1]

    def sign_in(self, username: str, password: str = PASSWORD, **more: str) -> TestResponse:
        return self.post("/sign-in", {"username": username, "password": password, **more})

    def is_in(self) -> bool:
        return self.get("/sessions").status_code == 200

    def cookie(self, name: str = "console") -> str | None:
        found = self.client.get_cookie(name)
        return found.value if found else None


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.security.passwords._hasher", QUICK)
    monkeypatch.setattr("console.security.passwords._nobodys_hash", lambda: PASSWORD_HASH)


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Test files about storage override it with both kinds of database."""
    return sqlite_url


@pytest.fixture
def settings(url: str, tmp_path: Path) -> Settings:
    instance = str(tmp_path / "instance")
    return load_settings(
        {
            "CONSOLE_ENV": "development",
            "CONSOLE_DATABASE_URL": url,
            "CONSOLE_INSTANCE": instance,
            "CONSOLE_SIMULATOR": "off",
        }
    )


@pytest.fixture
def store(settings: Settings) -> Iterator[Database]:
    """The application's database, opened beside it."""
    database = Database(settings.database_url)
    yield database
    database.close()


def add_demo(settings: Settings) -> None:
    database = Database(settings.database_url)
    with database.write() as session:
        create_demo(session, Vault(settings.encryption_keys), PASSWORD_HASH, settings.demo_sip_url)
    database.close()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    add_demo(settings)
    made = create_app(settings)
    yield made
    made.extensions["console"].database.close()


@pytest.fixture
def person(app: Flask) -> Callable[..., Person]:
    """person(): a browser. person("alice"): a browser with Alice signed in."""

    def sit_down(username: str = "", address: str = "203.0.113.7") -> Person:
        someone = Person(app, address)
        if username:
            assert someone.sign_in(username).status_code == 303
        return someone

    return sit_down


@pytest.fixture
def run(settings: Settings) -> Any:
    """run("create-team", "Demo", "Two", input="…"): a flask command in its own application."""

    def command(*words: str, input: str = "", with_settings: Settings = settings) -> Result:
        app = create_app(with_settings)
        done = app.test_cli_runner().invoke(args=list(words), input=input)
        app.extensions["console"].database.close()
        return done

    return command
