"""Migrations that change rows, on both databases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text

from console.storage import schema
from console.storage.database import Database
from tests.servers import Postgres

COMMAND = {
    "type": "command",
    "id": "c:1",
    "name": "dtmf",
    "args": {"digits": "918273645", "odd": "\x00\ud800"},
    "epoch": 1,
    "expires": 5,
}
RESULT = {"type": "command.result", "id": "1", "ok": True}


@pytest.fixture(params=["sqlite", "postgresql"])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database of the release before."""
    postgres: Postgres | None = (
        request.getfixturevalue("postgres") if request.param == "postgresql" else None
    )
    database = Database(postgres.new_database() if postgres else f"sqlite:///{tmp_path}/before.db")
    config = schema._config()
    earlier = ScriptDirectory.from_config(config).get_revision("0012").down_revision
    assert isinstance(earlier, str)
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, earlier)
    return database


def test_arguments_of_commands_that_are_in_the_journal_leave_it_and_nothing_else_does(
    before: Database,
) -> None:
    lines = [
        {"agent": "alice", "to": "c", "but": None, "message": message}
        for message in (COMMAND, RESULT)
    ]
    with before.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO organisations (id, name, region, timezone, locale, wrap_up_seconds,"
                " seq) VALUES ('o','O','VN','UTC','vi',0,2)"
            )
        )
        add = text(
            "INSERT INTO journal (organisation_id, seq, at, type, payload) VALUES ('o', :seq, 1,"
            " 'signal', :payload)"
        )
        for seq, line in enumerate(lines, 1):
            connection.execute(add, {"seq": seq, "payload": json.dumps(line)})
    schema.upgrade(before)
    with before.engine.connect() as connection:
        found = [
            json.loads(row[0])
            for row in connection.execute(
                text("SELECT CAST(payload AS TEXT) FROM journal ORDER BY seq")
            )
        ]
    assert found == [{**lines[0], "message": {**COMMAND, "args": {}}}, lines[1]]
    before.close()
