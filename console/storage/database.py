"""The database: one engine, one way to write, one way to read; SQLite and PostgreSQL behave alike
under gevent.

SQLite blocks the whole thread, and with gevent all greenlets share that thread. So writes queue for
one lock of this process (BEGIN IMMEDIATE never waits for a neighbour greenlet that cannot run), and
reads that may be long leave the event loop for a real thread, each on a connection of its own (a
pool's locks are gevent's, and no real thread should wait for one). psycopg waits cooperatively by
itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Engine, NullPool, create_engine, event, func, make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from .threadpool import off_the_loop

T = TypeVar("T")

CONNECT_SECONDS = 5  # a PostgreSQL that does not answer is given up after
# A machine that is gone says nothing: libpq notices within some 25 s, whether we wait for an answer
# or have just asked. Whoever writes holds their organisation's turn: a worker that is stopped in
# the middle loses it, and not everybody's work.
_STOPPED = {"options": "-c idle_in_transaction_session_timeout=5000"}
_GONE = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}


class Database:
    """Opens `url` ("sqlite:///path" or "postgresql://…"). Nothing is connected until it is used."""

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
        """One short read transaction: everything read in it is of one moment."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    def long_read(self, work: Callable[[Session], T]) -> T:
        """The same for reads that may take longer than a few milliseconds: the event loop goes on
        meanwhile.
        """
        if not self.is_sqlite:
            with self.read() as session:
                return work(session)
        reader = self._long_reader = self._long_reader or self._opened_for_threads()

        def run() -> T:
            with Session(reader, expire_on_commit=False) as session:
                return work(session)

        return off_the_loop(run)

    def _opened_for_threads(self) -> Engine:
        """What SQLAlchemy does once, at the first connection, it does here and not in several
        threads at the same time.
        """
        engine = _sqlite(self._address, poolclass=NullPool).execution_options(**_SNAPSHOT[True])
        engine.connect().close()
        return engine

    def checkpoint(self) -> None:
        """Moves what was written from SQLite's log into its file. That waits for the disk, so it
        happens in a real thread.

        The first commit into the emptied log waits for the disk as well, so it is made there too.
        Only who writes waits for it.
        """
        if not self.is_sqlite or not self._written:
            return
        self._written = False
        reader = self._long_reader = self._long_reader or self._opened_for_threads()
        off_the_loop(lambda: _checkpoint(reader))
        with self._writing:  # now nobody writes: the rest is short, and the log is empty after it
            off_the_loop(lambda: _checkpoint(reader, begin_anew=True))

    def now(self, session: Session) -> int:
        """The database's clock in milliseconds UTC: the one clock that all workers share."""
        if self.is_sqlite:
            return time.time_ns() // 1_000_000
        return int(
            session.scalar(select(func.extract("epoch", func.clock_timestamp()) * 1000)) or 0
        )

    def reachable(self) -> bool:
        """Whether the database answers now."""
        try:
            with self.read() as session:
                return session.scalar(select(1)) == 1
        except DBAPIError:
            return False

    def close(self) -> None:
        self.engine.dispose()


_SNAPSHOT: dict[bool, dict[str, Any]] = {
    True: {"console_begin": "BEGIN"},
    False: {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


def _checkpoint(engine: Engine, begin_anew: bool = False) -> None:
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
        if begin_anew:
            raw.cursor().execute("PRAGMA user_version = 0")  # a commit that changes nothing
    finally:
        raw.close()


# An error names its statement without the values: they are people's numbers, notes and names.
def _postgresql(address: URL) -> Engine:
    ours = {"connect_timeout": CONNECT_SECONDS, **_GONE, **_STOPPED}
    unsaid = {name: value for name, value in ours.items() if name not in address.query}
    return create_engine(
        address, pool_size=16, pool_pre_ping=True, hide_parameters=True, connect_args=unsaid
    )


# A commit that finds the log this long (in pages) moves it into the file itself, and everybody
# waits: `checkpoint` comes first.
_SELDOM = "wal_autocheckpoint=20000"


def _sqlite(address: URL, **pool: Any) -> Engine:
    engine = create_engine(
        address,
        hide_parameters=True,
        connect_args={"timeout": 10, "check_same_thread": False},
        **pool,
    )

    @event.listens_for(engine, "connect")
    def settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "secure_delete=FAST",
            _SELDOM,
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        begins = connection.get_execution_options().get("console_begin", "BEGIN IMMEDIATE")
        connection.connection.driver_connection.execute(
            begins
        )  # SQLAlchemy's way around it takes as long as all else at the start

    return engine
