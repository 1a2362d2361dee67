"""A private PostgreSQL cluster with a database that is emptied from test to test, and others that
are copied from a prepared template: a copy costs twenty times as much.
"""

from __future__ import annotations

import itertools
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import psycopg
from psycopg import sql

from tests.servers.server_process import LOCAL, ServerProcess, as_user, free_port


def _newest_bin() -> Path:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if not found:
        raise RuntimeError("PostgreSQL is not installed; `make set-up-tests` installs it")
    return found[-1].parent


Tables = tuple[object, ...]
_TABLES = """
SELECT (SELECT max(version_num) FROM alembic_version),
  (SELECT sum(oid::bigint) FROM pg_constraint),
  (SELECT sum(oid::bigint) FROM pg_trigger),
  md5(string_agg(concat(attrelid, attname, atttypid), ' ' ORDER BY attrelid, attnum))
FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid
WHERE relnamespace = 'public'::regnamespace AND attnum > 0
"""


def _tables(connection: psycopg.Connection) -> Tables:
    """Other than before when a test has changed a table."""
    return connection.execute(_TABLES).fetchone() or ()


_OTHERS_END = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
)
# Faster than TRUNCATE, which makes a new file for each table and index.
_EMPTY = """
SET session_replication_role = replica;
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
  LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
END $$
"""


def _emptied(url: str, tables: Tables) -> bool:
    """Ends the others' connections and deletes all rows; False when this is not possible."""
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            if _tables(connection) != tables:
                return False
            connection.execute(_OTHERS_END)
            connection.execute(_EMPTY)
    except psycopg.Error:
        return False
    return True


class Postgres(ServerProcess):
    """fsync is off for speed; synchronous_commit stays on: without it a killed backend takes
    committed rows along.
    """

    user: ClassVar[str | None] = "postgres"
    patience: ClassVar[float] = 20.0

    def __init__(self) -> None:
        super().__init__()
        self.bin = _newest_bin()
        self.port = free_port()
        self._numbers = itertools.count(1)
        self._templates: dict[str, str] = {}
        self._kept: tuple[str, Tables] | None = None
        initdb = [
            *as_user("postgres"),
            f"{self.bin}/initdb",
            "-D",
            f"{self.dir}/data",
            "-U",
            "test",
            "-A",
            "trust",
        ]
        subprocess.run(
            [*initdb, "-N", "-E", "UTF8", "--no-locale"],
            check=True,
            capture_output=True,
            cwd=self.dir,
        )

    def argv(self) -> list[str]:
        settings = {
            "listen_addresses": LOCAL,
            "unix_socket_directories": str(self.dir),
            "fsync": "off",
            "full_page_writes": "off",
            "shared_buffers": "32MB",
            "max_connections": "200",
        }
        argv = [
            *as_user("postgres"),
            f"{self.bin}/postgres",
            "-D",
            f"{self.dir}/data",
            "-p",
            str(self.port),
        ]
        return argv + [
            word for name, value in settings.items() for word in ("-c", f"{name}={value}")
        ]

    def ready(self) -> bool:
        return (
            subprocess.run(
                [f"{self.bin}/pg_isready", "-q", "-h", LOCAL, "-p", str(self.port)], check=False
            ).returncode
            == 0
        )

    def stop(self, how: int = signal.SIGINT, within: float = 8.0) -> None:
        """SIGINT is PostgreSQL's "fast" stop, which does not wait for clients."""
        super().stop(how, within)

    def url(self, name: str) -> str:
        return f"postgresql://test@{LOCAL}:{self.port}/{name}"

    def new_database(self, template: str = "template0") -> str:
        """The URL of a new database, empty or a copy of `template`."""
        name = f"db{next(self._numbers)}"
        self._do(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.url(name)

    def prepared_database(self, prepare: Callable[[str], None]) -> str:
        """A new database on which `prepare(url)` has run; it really runs once, on the template."""
        key = f"{prepare.__module__}.{prepare.__qualname__}"
        if key not in self._templates:
            url = self.new_database()
            prepare(url)
            self._templates[key] = url.rpartition("/")[2]
        return self.new_database(self._templates[key])

    def emptied_database(self, prepare: Callable[[str], None]) -> str:
        """The one database with the tables of `prepare` and no rows; a new one when the last test
        left it with other tables, or without itself.
        """
        if self._kept and _emptied(*self._kept):
            return self._kept[0]
        if self._kept:
            self.drop(self._kept[0])
        url = self.prepared_database(prepare)
        with psycopg.connect(url, autocommit=True) as connection:
            self._kept = url, _tables(connection)
        return url

    def drop(self, url: str) -> None:
        self._do(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                sql.Identifier(url.rpartition("/")[2])
            )
        )

    def _do(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)
