"""Errors of the database are logged with their statement and without its values."""

from __future__ import annotations

import traceback

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from console.storage import models
from console.storage.database import Database

NAME = "Nguyễn Văn Kín"


def test_database_error_shows_no_value(database: Database) -> None:
    with pytest.raises(DBAPIError) as refused, database.write() as session:
        session.add(models.Contact(id="c" * 36, organisation_id="nobodys", name=NAME, search="van"))
    told = "".join(traceback.format_exception(refused.value))
    assert "INSERT INTO contacts" in told and NAME not in told


def test_error_of_a_read_shows_no_value(database: Database) -> None:
    with pytest.raises(DBAPIError) as refused:
        database.long_read(
            lambda session: session.execute(
                text("SELECT :name FROM no_such_table"), {"name": NAME}
            ).all()
        )
    told = "".join(traceback.format_exception(refused.value))
    assert "no_such_table" in told and NAME not in told
