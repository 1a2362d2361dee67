"""A new version of Console and the database of an earlier one: stop, prepare, start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from click.testing import Result
from cryptography.fernet import Fernet
from sqlalchemy import select

from console import create_app
from console.config import load_settings
from console.storage import schema
from console.storage.database import Database
from console.storage.models import Connection
from tests.cli.test_made_for_development import served
from tests.config.test_config import PRODUCTION

TO_RUN = "run: flask --app app prepare"
KEYS = [Fernet.generate_key().decode() for _ in range(2)]

Run = Callable[..., Result]


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


@pytest.fixture
def run(url: str) -> Run:
    """run("prepare"): a flask command in production, by default with its key."""

    def flask(*words: str, key: str = KEYS[0], database: str = url, typed: str = "") -> Result:
        app = create_app(
            load_settings(
                {**PRODUCTION, "CONSOLE_DATABASE_URL": database, "CONSOLE_ENCRYPTION_KEYS": key}
            )
        )
        done = app.test_cli_runner().invoke(args=list(words), input=typed)
        app.extensions["console"].database.close()
        return done

    return flask


def to_version_before(store: Database) -> None:
    """A database as the previous version left it."""
    config = schema._config()
    newest = ScriptDirectory.from_config(config).get_revision("head")
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, str(newest.down_revision))


def with_earlier_secret(run: Run, store: Database) -> str:
    """A connection whose secret is not bound to its row."""
    assert run("create-organisation", "Acme").exit_code == 0
    made = run(
        "create-connection", "Acme", "vcc", "Cloud", "--setting", "domain=acme", typed="key\n"
    )
    assert made.exit_code == 0, made.output
    earlier = Fernet(KEYS[0]).encrypt(b'{"access_key": "old"}').decode()
    with store.write() as session:
        session.scalars(select(Connection)).one().secrets = earlier
    return earlier


def test_production_is_not_served_before_its_database_is_ready(run: Run, store: Database) -> None:
    assert run("check-database").exit_code == 0
    to_version_before(store)
    refused = run("check-database")
    assert (refused.exit_code, TO_RUN in refused.output) == (1, True)
    assert run("prepare").exit_code == 0
    assert run("check-database").exit_code == 0


def test_production_is_not_served_while_a_secret_is_not_bound(run: Run, store: Database) -> None:
    with_earlier_secret(run, store)
    refused = run("check-database")
    assert (refused.exit_code, TO_RUN in refused.output) == (1, True)
    assert run("prepare").exit_code == 0
    assert run("check-database").exit_code == 0


def test_an_upgrade_without_the_key_reports_its_changes(run: Run, store: Database) -> None:
    earlier = with_earlier_secret(run, store)
    to_version_before(store)
    refused = run("prepare", key=KEYS[1])
    assert refused.exit_code == 1
    assert "Nothing was changed" not in refused.output
    assert (
        "lacks a key" in refused.output
        and "The tables are up to date, but no secret was changed." in refused.output
    )
    assert schema.is_current(store)
    with store.read() as session:
        assert session.scalars(select(Connection.secrets)).one() == earlier
    assert TO_RUN in run("check-database").output
    assert run("prepare").exit_code == 0
    assert "Nothing was changed." in run("rotate-secrets", key=KEYS[1]).output


def test_an_absent_postgresql_may_return_while_console_serves(run: Run) -> None:
    assert run("check-database", database="postgresql://127.0.0.1:1/console").exit_code == 0


def test_production_with_an_empty_database_names_the_command(tmp_path: Path) -> None:
    status, output = served(f"sqlite:///{tmp_path}/console.db", tmp_path)
    assert status != 0
    assert TO_RUN in output and "Console does not start" in output
    assert "Traceback" not in output and "Listening" not in output
