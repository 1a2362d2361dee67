"""Migrations, health, the flask commands and the secrets at rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import select, text

from console import create_app
from console.config import Settings, load_settings
from console.security.passwords import password_fits
from console.security.secrets_at_rest import Vault
from console.storage import schema
from console.storage.database import Database
from console.storage.models import Base, Connection, Line, Organisation, Supervision, Team, User
from console.storage.organisations import place_of
from tests.config.test_config import PRODUCTION


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


def only(store: Database, kind: Any) -> Any:
    with store.read() as session:
        return session.scalars(select(kind)).one()


def test_the_migrations_make_exactly_the_tables_of_the_models(store: Database) -> None:
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_bringing_a_database_up_to_date_twice_changes_nothing(store: Database) -> None:
    schema.upgrade(store)
    assert schema.is_current(store)


def test_health_tells_a_database_without_migrations(app: Flask, store: Database) -> None:
    client = app.test_client()
    assert client.get("/health/ready").json == {
        "database": True,
        "migrations": True,
        "backplane": True,
    }
    with store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json["migrations"]) == (503, False)
    assert client.get("/health/live").status_code == 200


def test_health_tells_a_database_that_is_away(settings: Settings, tmp_path: Path) -> None:
    app = create_app(
        load_settings(
            {**PRODUCTION, "CONSOLE_DATABASE_URL": f"sqlite:///{tmp_path}/missing/console.db"}
        )
    )
    answer = app.test_client().get("/health/ready")
    assert (answer.status_code, answer.json["database"]) == (503, False)


def test_prepare_fills_an_empty_development_database_once(run: Any, store: Database) -> None:
    assert run("prepare").exit_code == 0
    assert run("prepare").exit_code == 0
    with store.read() as session:
        assert sorted(session.scalars(select(User.username))) == [
            "ada",
            "alice",
            "bob",
            "olga",
            "sam",
        ]
        assert sorted(session.scalars(select(Line.extension))) == ["1001", "1002"]


def test_the_demo_is_refused_in_production(run: Any, url: str, store: Database) -> None:
    production = load_settings({**PRODUCTION, "CONSOLE_DATABASE_URL": url})
    refused = run("demo", with_settings=production)
    assert refused.exit_code == 1
    assert "development only" in refused.output
    assert run("prepare", with_settings=production).exit_code == 0
    with store.read() as session:
        assert session.scalars(select(Organisation)).first() is None


def test_an_administrator_sets_up_an_organisation(
    run: Any, store: Database, settings: Settings
) -> None:
    steps = [
        (("create-organisation", "Acme", "--region", "SG", "--locale", "en"), ""),
        (("create-team", "Acme", "Sales"), ""),
        (
            ("create-user", "Acme", "Kim", "--name", "Kim Lê", "--team", "Sales"),
            "four quiet herons wade\n",
        ),
        (
            (
                "create-connection",
                "Acme",
                "sip",
                "PBX",
                "--setting",
                "url=wss://pbx.example.com",
                "--setting",
                "domain=pbx.example.com",
            ),
            "",
        ),
        (("create-line", "Acme", "PBX", "kim", "2001"), "line secret\n"),
    ]
    for words, typed in steps:
        done = run(*words, input=typed)
        assert done.exit_code == 0, done.output
    kim, line = only(store, User), only(store, Line)
    assert (kim.username, kim.name, kim.role) == ("kim", "Kim Lê", "agent")
    assert password_fits("four quiet herons wade", kim.password_hash)
    assert "line secret" not in line.secrets
    assert Vault(settings.encryption_keys).open(line.secrets, place_of(line)) == {
        "password": "line secret"
    }


def test_wrap_up_is_set_for_an_organisation_or_a_team(run: Any, store: Database) -> None:
    assert run("demo").exit_code == 0
    assert wrap_ups(store) == (30, None)
    assert run("set-wrap-up", "Demo", "0").exit_code == 0
    assert run("set-wrap-up", "Demo", "45", "--team", "Team One").exit_code == 0
    assert wrap_ups(store) == (0, 45)
    for refused in (
        ("Demo", "-1"),
        ("Demo", "3601"),
        ("Demo", "x"),
        ("Nobody", "5"),
        ("Demo", "5", "--team", "Gone"),
    ):
        assert run("set-wrap-up", *refused).exit_code != 0
    assert wrap_ups(store) == (0, 45)


def wrap_ups(store: Database) -> tuple[int, int | None]:
    with store.read() as session:
        demo = session.scalars(select(Organisation).where(Organisation.name == "Demo")).one()
        return (
            demo.wrap_up_seconds,
            session.scalars(select(Team).where(Team.organisation_id == demo.id))
            .one()
            .wrap_up_seconds,
        )


def test_a_supervisor_sees_the_teams_that_were_named(run: Any, store: Database) -> None:
    for words in (
        ("create-organisation", "Acme"),
        ("create-team", "Acme", "Sales"),
        ("create-team", "Acme", "Care"),
    ):
        assert run(*words).exit_code == 0
    assert (
        run(
            "create-user",
            "Acme",
            "max",
            "--role",
            "supervisor",
            "--supervises",
            "Sales",
            input="four quiet herons wade\n",
        ).exit_code
        == 0
    )
    assert only(store, Supervision).user_id == only(store, User).id


@pytest.mark.parametrize(
    ("words", "typed", "sentence"),
    [
        (("create-organisation", "Demo"), "", "There is an organisation 'Demo' already."),
        (("create-team", "Nobody", "Sales"), "", "There is no organisation 'Nobody'."),
        (
            ("create-user", "Demo", "ALICE"),
            "four quiet herons wade\n",
            "There is a user 'alice' already.",
        ),
        (("create-user", "Demo", "kim"), "short\n", "A password needs at least"),
        (
            ("create-connection", "Demo", "sip", "Two", "--setting", "url"),
            "",
            "A setting is written name=value",
        ),
        (
            ("create-line", "Demo", "Demo PBX", "bob", "1001"),
            "x\n",
            "Extension 1001 of Demo PBX belongs to an agent already.",
        ),
        (
            ("create-line", "Demo", "Demo PBX", "olga", "1003"),
            "x\n",
            "olga belongs to another organisation",
        ),
    ],
)
def test_an_impossible_creation_is_explained(
    run: Any, words: tuple[str, ...], typed: str, sentence: str
) -> None:
    run("prepare")
    refused = run(*words, input=typed)
    assert refused.exit_code == 1
    assert sentence in refused.output


def test_secrets_move_to_the_newest_key_and_the_old_one_can_go(
    run: Any, store: Database, settings: Settings
) -> None:
    run("prepare")
    newest = Fernet.generate_key().decode()
    both = load_settings(
        {
            "CONSOLE_ENV": "development",
            "CONSOLE_INSTANCE": settings.instance,
            "CONSOLE_DATABASE_URL": settings.database_url,
            "CONSOLE_SECRET_KEY": settings.secret_key,
            "CONSOLE_ENCRYPTION_KEYS": ",".join((newest, *settings.encryption_keys)),
        }
    )
    assert "2 secrets" in run("rotate-secrets", with_settings=both).output
    with store.read() as session:
        lines = session.scalars(select(Line).order_by(Line.extension)).all()
    assert [Vault([newest]).open(line.secrets, place_of(line)) for line in lines] == [
        {"password": "pw-1001"},
        {"password": "pw-1002"},
    ]


def test_rotation_without_the_old_key_changes_nothing(
    run: Any, store: Database, settings: Settings
) -> None:
    run("prepare")
    with store.write() as session:
        connection = session.scalars(select(Connection)).one()
        connection.secrets = Vault([Fernet.generate_key().decode()]).seal({"token": "t"})(
            place_of(connection)
        )
    with store.read() as session:
        before = list(session.scalars(select(Line.secrets).order_by(Line.id)))
    refused = run("rotate-secrets")
    assert (refused.exit_code, "Nothing was changed" in refused.output) == (1, True)
    with store.read() as session:
        assert list(session.scalars(select(Line.secrets).order_by(Line.id))) == before
