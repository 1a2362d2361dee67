"""Databases and keys of development stay in development; files are readable by their owner only."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from click.testing import Result

from console import create_app
from console.config import Settings, load_settings
from console.storage import schema
from console.storage.database import Database
from console.storage.database_purpose import is_for_development
from tests.application import add_demo
from tests.config.test_config import PRODUCTION, ROOT
from tests.servers.console_server import ConsoleServer, plain_environment
from tests.servers.forked_process import run_flask, run_module

SENTENCE = "This database was made for development"

Run = Callable[..., Result]


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


@pytest.fixture
def run(url: str, settings: Settings) -> Run:
    """run("prepare"): a flask command in development; run("prepare", production=True) in
    production.
    """

    def flask(*words: str, production: bool = False) -> Result:
        chosen = (
            load_settings({**PRODUCTION, "CONSOLE_DATABASE_URL": url}) if production else settings
        )
        app = create_app(chosen)
        done = app.test_cli_runner().invoke(args=list(words))
        app.extensions["console"].database.close()
        return done

    return flask


@pytest.mark.parametrize("made_by", ["prepare", "db-upgrade", "demo"])
def test_production_refuses_a_database_that_development_made(run: Run, made_by: str) -> None:
    assert run(made_by).exit_code == 0
    for words in (
        ("prepare",),
        ("db-upgrade",),
        ("check-database",),
        ("create-organisation", "Acme"),
        ("create-team", "Demo", "New"),
    ):
        refused = run(*words, production=True)
        assert (refused.exit_code, SENTENCE in refused.output) == (1, True), words
    assert "CONSOLE_DATABASE_URL" in refused.output and "flask --app app prepare" in refused.output
    assert run("create-organisation", "Acme").exit_code == 0


def test_development_does_not_claim_a_production_database(run: Run, store: Database) -> None:
    assert run("create-organisation", "Acme", production=True).exit_code == 0
    assert run("prepare").exit_code == 0
    assert not is_for_development(store)
    assert run("create-team", "Acme", "Sales", production=True).exit_code == 0


def test_the_demo_makes_any_database_developments(run: Run) -> None:
    run("create-organisation", "Acme", production=True)
    assert run("demo").exit_code == 0
    assert SENTENCE in run("create-team", "Acme", "Sales", production=True).output


@pytest.mark.parametrize("with_demo", [True, False])
def test_an_earlier_database_is_known_by_its_demo(
    store: Database, settings: Settings, with_demo: bool
) -> None:
    if with_demo:
        add_demo(settings)  # before: it needs the newest tables
    config = schema._config()
    before = ScriptDirectory.from_config(config).get_revision("0011").down_revision
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, str(before))
    schema.upgrade(store)
    assert is_for_development(store) is with_demo


def test_production_refuses_a_development_database(sqlite_url: str, tmp_path: Path) -> None:
    development = plain_environment(
        {"env": "development", "database_url": sqlite_url, "instance": tmp_path / "instance"}
    )
    assert run_flask("prepare", cwd=tmp_path, env=development)[0] == 0
    status, output = served(sqlite_url, tmp_path)
    assert status != 0
    assert SENTENCE in output and "Console does not start" in output
    assert "Traceback" not in output and "Listening" not in output


def served(url: str, folder: Path) -> tuple[int, str]:
    """The status and output of a production that ends by itself because it may not be served."""
    given = plain_environment({}) | PRODUCTION | {"CONSOLE_DATABASE_URL": url}
    return run_module(
        "gunicorn", ["--config", str(ROOT / "gunicorn.conf.py")], cwd=folder, env=given
    )


def open_to_others(folder: Path) -> list[str]:
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.stat().st_mode & 0o077
    )


def test_the_files_of_a_running_console_are_for_its_user_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        server = ConsoleServer(
            instance=tmp_path / "instance",
            database_url=f"sqlite:///{tmp_path}/console.db",
            by_hand=True,
        )
        with server:
            made = sorted(path.name for path in tmp_path.rglob("*"))
            assert {
                "console.db",
                "console.db-wal",
                "console.db-shm",
                "instance",
                "development-keys.json",
            } <= set(made)
            assert open_to_others(tmp_path) == []
    finally:
        os.umask(before)


def test_flask_commands_make_files_for_their_user_alone(tmp_path: Path) -> None:
    given = plain_environment({"env": "development", "instance": tmp_path / "instance"})
    flask = [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), "prepare"]
    subprocess.run(flask, env=given, cwd=tmp_path, check=True, capture_output=True, umask=0)
    assert (tmp_path / "instance/console.db").is_file()
    assert open_to_others(tmp_path) == []
