"""Migrations that change rows, on both databases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from console.domain.day_timeline import Change
from console.storage import calls, days, schema
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
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    postgres: Postgres | None = (
        request.getfixturevalue("postgres") if request.param == "postgresql" else None
    )
    url = postgres.new_database() if postgres else f"sqlite:///{tmp_path}/before.db"
    database = Database(url)
    yield database
    database.close()


def migrate(database: Database, revision: str) -> None:
    config = schema._config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _fill(database: Database, *statements: str) -> None:
    """An organisation `o`, and what the statements add."""
    organisation = (
        "INSERT INTO organisations (id, name, region, timezone, locale, wrap_up_seconds, seq)"
        " VALUES ('o', 'O', 'VN', 'UTC', 'vi', 0, 2)"
    )
    with database.engine.begin() as connection:
        for statement in (organisation, *statements):
            connection.execute(text(statement))


def test_migration_removes_only_command_arguments(empty: Database) -> None:
    migrate(empty, "0011")
    lines = [
        {"agent": "alice", "to": "c", "but": None, "message": message}
        for message in (COMMAND, RESULT)
    ]
    with empty.engine.begin() as connection:
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
    schema.upgrade(empty)
    with empty.engine.connect() as connection:
        found = [
            json.loads(row[0])
            for row in connection.execute(
                text("SELECT CAST(payload AS TEXT) FROM journal ORDER BY seq")
            )
        ]
    assert found == [{**lines[0], "message": {**COMMAND, "args": {}}}, lines[1]]


def test_renamed_columns_of_a_call_keep_their_values(empty: Database) -> None:
    migrate(empty, "0013")
    _fill(
        empty,
        "INSERT INTO users (id, organisation_id, username, password_hash, name, role, disabled)"
        " VALUES ('a', 'o', 'a', '-', 'A', 'agent', false)",
        "INSERT INTO connections (id, organisation_id, provider, name, settings, secrets)"
        " VALUES ('c', 'o', 'sip', 'PBX', '{}', '')",
        "INSERT INTO calls (id, conversation_id, organisation_id, connection_id, agent_id,"
        " direction, placed, number, name, line, state, missed, started_at, alive_at, hold_marks,"
        " mute_marks, key, epoch, note, nth) VALUES ('1', '1', 'o', 'c', 'a', 'outbound', true,"
        " '0', '', 1, 'active', false, 5, 7, '[]', '[]', 'k', 1, '', 3)",
    )
    schema.upgrade(empty)
    with empty.read() as session:
        call = calls.get(session, "1")
    assert call is not None
    assert (call.outgoing, call.client_call_id, call.last_seen_at, call.calls_today) == (
        True,
        "k",
        7,
        3,
    )


def test_history_of_availability_begins_with_the_present(empty: Database) -> None:
    migrate(empty, "0016")
    _fill(
        empty,
        "INSERT INTO users (id, organisation_id, username, password_hash, name, role, disabled)"
        " VALUES ('a', 'o', 'a', '-', 'A', 'agent', false), ('b', 'o', 'b', '-', 'B', 'agent',"
        " false)",
        "INSERT INTO agent_statuses (agent_id, availability, reason, since, device)"
        " VALUES ('a', 'away', 'meal', 7, 'browser'), ('b', 'offline', '', 0, 'browser')",
    )
    schema.upgrade(empty)
    day = days.Day("", "", 10, 20, "", "")
    with empty.read() as session:
        assert days.changes(session, "a", day) == [Change(7, "away", "meal")]
        assert days.changes(session, "b", day) == []
