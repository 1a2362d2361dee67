"""Production serves from no development database, and from none whose purpose is unknown."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gevent
import httpx
import pytest
from flask import Flask
from sqlalchemy import text

from console import create_app
from console.config import load_settings
from console.services.database_guard import DatabaseGuard
from console.storage.database import Database
from console.storage.database_purpose import Unanswered, is_for_development, mark_for_development
from tests.config.test_config import PRODUCTION, ROOT
from tests.servers.console_server import ConsoleServer, plain_environment
from tests.servers.forked_process import run_flask
from tests.servers.postgres import Postgres
from tests.servers.server_process import LOCAL, wait_for
from tests.servers.wire import Wire

AWAY = "The database does not answer"
MADE_FOR_DEVELOPMENT = "This database was made for development"
HERE = {"base_url": PRODUCTION["CONSOLE_ORIGIN"]}


def production(url: str) -> Flask:
    return create_app(load_settings({**PRODUCTION, "CONSOLE_DATABASE_URL": url}))


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    made = production(database_url)
    yield made
    made.extensions["console"].database.close()


def mark(database: Database) -> None:
    with database.write() as session:
        mark_for_development(session)


def test_an_unreachable_database_has_no_known_purpose(postgres: Postgres) -> None:
    url = postgres.new_database()
    there = Database(url)
    assert is_for_development(there) is False  # no tables
    there.close()
    postgres.drop(url)
    for gone in (url, "sqlite:////nowhere/console.db"):
        away = Database(gone)
        with pytest.raises(Unanswered):
            is_for_development(away)
        away.close()


def test_an_error_that_is_no_missing_table_is_no_answer(database: Database) -> None:
    with database.write() as session:
        session.execute(text("ALTER TABLE database_marks RENAME COLUMN name TO called"))
    with pytest.raises(Unanswered):
        is_for_development(database)


def test_a_development_database_is_not_served(
    app: Flask, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    mark(database)
    client = app.test_client()
    refused = [client.get(path, **HERE) for path in ("/sign-in", "/", "/realtime", "/nothing-here")]
    refused.append(client.post("/sign-in", data={"username": "alice"}, **HERE))
    assert [answer.status_code for answer in refused] == [503] * 5
    assert (
        "Console is not ready yet"
        in client.get("/sign-in", headers={"Accept-Language": "en"}, **HERE).text
    )
    assert client.get("/commands/dial", **HERE).json["code"] == "not_ready"
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.json["database"]) == (503, False) and set(
        ready.json.values()
    ) <= {True, False}
    assert client.get("/health/live").status_code == 200
    assert [
        MADE_FOR_DEVELOPMENT in record.message
        for record in caplog.records
        if record.name == "console.services.database_guard"
    ] == [True]


def test_a_database_without_tables_is_not_served(postgres: Postgres) -> None:
    url = postgres.new_database()
    app = production(url)
    assert app.test_client().get("/sign-in", **HERE).status_code == 503
    app.extensions["console"].database.close()
    postgres.drop(url)


def test_a_database_marked_for_development_later_is_refused(app: Flask, database: Database) -> None:
    client = app.test_client()
    assert (
        client.get("/sign-in", **HERE).status_code,
        client.get("/health/ready").status_code,
    ) == (200, 200)
    mark(database)
    assert client.get("/health/ready").status_code == 503
    assert client.get("/sign-in", **HERE).status_code == 503


def test_signed_in_users_are_served_while_the_database_is_away(
    postgres: Postgres, postgresql_url: str
) -> None:
    with Wire(postgres.port) as wire:
        own = DatabaseGuard(Database(through(wire, postgres, postgresql_url)), development=False)
        assert own.is_open() and own.is_ready()
        wire.cut()
        assert (own.is_ready(), own.is_open()) == (False, True)


def test_people_are_let_in_after_serving_has_begun(database: Database) -> None:
    own, seen = DatabaseGuard(database, development=False), []
    own.when_admitted(lambda: seen.append(own.is_open()))
    assert seen == [False] and own.is_open()


def test_a_begin_that_fails_is_tried_again(database: Database) -> None:
    own, tries = DatabaseGuard(database, development=False), []

    def begin() -> None:
        tries.append(own.is_open())
        if len(tries) == 1:
            raise ConnectionError

    own.when_admitted(begin)
    assert not own.is_open()
    with gevent.Timeout(10):
        while not own.is_open():
            gevent.sleep(0.05)
    assert tries == [False, False]


def through(wire: Wire, postgres: Postgres, url: str) -> str:
    return url.replace(f":{postgres.port}/", f":{wire.port}/")


class Production(ConsoleServer):
    """Served as for real; up as soon as it lives."""

    def module(self) -> tuple[str, list[str]]:
        return "gunicorn", ["--config", str(ROOT / "gunicorn.conf.py")]

    def _prepare(self) -> None:
        """Its database is there already."""

    def environment(self) -> dict[str, str]:
        given = {"CONSOLE_PORT": str(self.port), "CONSOLE_DATABASE_URL": self.database_url}
        return plain_environment({}) | PRODUCTION | given

    def ready(self) -> bool:
        with urllib.request.urlopen(f"http://{LOCAL}:{self.port}/health/live", timeout=5) as answer:
            return bool(answer.status == 200)


def asked(server: ConsoleServer, path: str) -> Any:
    return httpx.get(
        f"{server.url}{path}", headers={"Host": "console.example.com"}, timeout=20
    ).status_code


@contextmanager
def started_without_its_database(postgres: Postgres, url: str) -> Iterator[tuple[Wire, Production]]:
    with Wire(postgres.port) as wire:
        wire.cut()
        with Production(database_url=through(wire, postgres, url), wrap_up=True) as server:
            assert (asked(server, "/health/ready"), asked(server, "/sign-in")) == (503, 503)
            assert AWAY in server.log() and "Traceback" not in server.log()
            wire.restore()
            yield wire, server


def test_production_waits_for_its_database(postgres: Postgres, postgresql_url: str) -> None:
    with started_without_its_database(postgres, postgresql_url) as (_, server):
        wait_for(lambda: asked(server, "/health/ready") == 200, 30, "the database")
        assert asked(server, "/sign-in") == 200


def test_production_never_serves_a_late_development_database(
    postgres: Postgres, postgresql_url: str
) -> None:
    database = Database(postgresql_url)
    mark(database)
    database.close()
    with started_without_its_database(postgres, postgresql_url) as (_, server):
        wait_for(lambda: MADE_FOR_DEVELOPMENT in server.log(), 30, "the sentence")
        assert [
            asked(server, path) for path in ("/health/live", "/health/ready", "/sign-in", "/")
        ] == [200, 503, 503, 503]


def test_a_command_reports_that_the_database_is_away(tmp_path: Path) -> None:
    given = plain_environment({}) | PRODUCTION
    status, output = run_flask("create-organisation", "Acme", cwd=tmp_path, env=given)
    assert (status, "Traceback" in output) == (1, False)
    assert AWAY in output and "CONSOLE_DATABASE_URL" in output
