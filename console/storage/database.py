"""The database: one engine, one way to write, one way to read, on SQLite and PostgreSQL.

SQLite blocks the whole thread, and with gevent all greenlets share that thread. So writes queue for
one lock of this process (BEGIN IMMEDIATE never waits for another greenlet, which could not run),
and long reads run in gevent's thread pool, each on its own connection (the locks of a connection
pool belong to greenlets, and a native thread must not wait for one). psycopg waits cooperatively.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Engine, NullPool, create_engine, event, func, make_url, select
from sqlalchemy.orm import Session

from .threadpool import off_the_loop

T = TypeVar("T")

CONNECT_SECONDS = 5  # for PostgreSQL to accept a connection
# A worker that is stopped during a write holds its organisation's turn: PostgreSQL ends it.
_IDLE_IN_TRANSACTION = {"options": "-c idle_in_transaction_session_timeout=5000"}
# libpq notices a dead machine within about 25 s, idle or waiting for an answer.
_KEEPALIVE = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}


class Database:
    """The database at `url`: "sqlite:///path" or "postgresql://…". Connects on first use."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        if address.get_backend_name() == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        self.is_sqlite = address.get_backend_name() == "sqlite"
        self.engine = _sqlite(address, pool_size=16) if self.is_sqlite else _postgresql(address)
        self._reader = self.engine.execution_options(**_SNAPSHOT[self.is_sqlite])
        self._long_reader: Engine | None = None
        self._address = address
        self._writing = threading.RLock()
        self._written = True  # since the last checkpoint

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that may write.

        Do nothing slow inside: on SQLite every other writer waits.
        """
        if self.is_sqlite:
            self._writing.acquire()
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        finally:
            if self.is_sqlite:
                self._written = True
                self._writing.release()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One short read transaction: all its queries see one snapshot."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    def long_read(self, work: Callable[[Session], T]) -> T:
        """A read of more than a few milliseconds, beside the event loop."""
        if not self.is_sqlite:
            with self.read() as session:
                return work(session)
        reader = self._long_reader = self._long_reader or self._opened_for_threads()

        def run() -> T:
            with Session(reader, expire_on_commit=False) as session:
                return work(session)

        return off_the_loop(run)

    def _opened_for_threads(self) -> Engine:
        """Connects once here, so that SQLAlchemy's first-connect work does not run in parallel."""
        engine = _sqlite(self._address, poolclass=NullPool).execution_options(**_SNAPSHOT[True])
        engine.connect().close()
        return engine

    def checkpoint(self) -> None:
        """Moves committed pages from SQLite's log into its file, in gevent's thread pool.

        The first commit into the emptied log waits for the disk too, so it is made there as well.
        Only writers wait for it.
        """
        if not self.is_sqlite or not self._written:
            return
        self._written = False
        reader = self._long_reader = self._long_reader or self._opened_for_threads()
        off_the_loop(lambda: _checkpoint(reader))
        with self._writing:  # without other writers the rest is short and empties the log
            off_the_loop(lambda: _checkpoint(reader, restart_log=True))

    def now(self, session: Session) -> int:
        """The database's clock in milliseconds UTC: the one clock that all workers share."""
        if self.is_sqlite:
            return time.time_ns() // 1_000_000
        return int(
            session.scalar(select(func.extract("epoch", func.clock_timestamp()) * 1000)) or 0
        )

    def close(self) -> None:
        self.engine.dispose()


_SNAPSHOT: dict[bool, dict[str, Any]] = {
    True: {"console_begin": "BEGIN"},
    False: {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


def _checkpoint(engine: Engine, restart_log: bool = False) -> None:
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
        if restart_log:
            raw.cursor().execute("PRAGMA user_version = 0")  # a commit without a change
    finally:
        raw.close()


# hide_parameters: an error shows its statement without people's numbers, notes and names.
def _postgresql(address: URL) -> Engine:
    defaults = {"connect_timeout": CONNECT_SECONDS, **_KEEPALIVE, **_IDLE_IN_TRANSACTION}
    missing = {name: value for name, value in defaults.items() if name not in address.query}
    return create_engine(
        address, pool_size=16, pool_pre_ping=True, hide_parameters=True, connect_args=missing
    )


# A commit that finds this many pages in the log moves them itself, and every greenlet waits:
# `checkpoint` runs earlier.
_AUTOCHECKPOINT = "wal_autocheckpoint=20000"


def _sqlite(address: URL, **pool: Any) -> Engine:
    engine = create_engine(
        address,
        hide_parameters=True,
        connect_args={"timeout": 10, "check_same_thread": False},
        **pool,
    )

    @event.listens_for(engine, "connect")
    def settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # `begin` below issues BEGIN
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "secure_delete=FAST",
            _AUTOCHECKPOINT,
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        begins = connection.get_execution_options().get("console_begin", "BEGIN IMMEDIATE")
        # Through SQLAlchemy it would double the cost of a transaction's start.
        connection.connection.driver_connection.execute(begins)

    return engine


def allow_pause(session: Session, seconds: int) -> None:
    """This transaction may compute for so long between two statements (5 s without this, on
    PostgreSQL). A worker that is stopped meanwhile holds its organisation's turn for as long.
    """
    if session.get_bind().dialect.name == "postgresql":
        limit = func.set_config("idle_in_transaction_session_timeout", f"{seconds}s", True)
        session.execute(select(limit))
