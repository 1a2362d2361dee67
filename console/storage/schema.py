"""The schema: Alembic migrations, run from the program itself."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from .database import Database

_ONE_AT_A_TIME = 0x436F6E73  # PostgreSQL advisory lock; on SQLite, BEGIN IMMEDIATE is that lock


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config


@cache
def newest() -> str | None:
    """The newest revision of the schema."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def upgrade(database: Database) -> None:
    config = _config()
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_reachable(database: Database) -> bool:
    try:
        with database.read() as session:
            return bool(session.scalar(text("SELECT 1")))
    except SQLAlchemyError:
        return False


def is_current(database: Database) -> bool:
    try:
        with database.read() as session:
            return (
                MigrationContext.configure(session.connection()).get_current_revision() == newest()
            )
    except SQLAlchemyError:
        return False
