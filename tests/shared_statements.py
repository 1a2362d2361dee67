"""SQL that is compiled once for all databases of this process: most tests open one of their own,
and each would compile its statements anew.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import Dialect, create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from console.storage import database

_compiled: dict[Any, Any] = {}


def share() -> None:
    """SQLAlchemy looks for a compiled statement by its dialect too, and each engine has its own."""
    for dialect in (PGDialect_psycopg, SQLiteDialect_pysqlite):
        dialect.__hash__ = _hash  # type: ignore[assignment]
        dialect.__eq__ = _equal  # type: ignore[assignment]
    database.create_engine = partial(  # type: ignore[attr-defined]
        create_engine, execution_options={"compiled_cache": _compiled}
    )


def _hash(dialect: Dialect) -> int:
    return hash(type(dialect))


def _equal(dialect: Dialect, other: object) -> bool:
    return type(dialect) is type(other)
