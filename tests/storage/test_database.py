"""The database under gevent: long reads do not block, writers queue, connections time out."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from console.storage import models, schema
from console.storage.database import CONNECT_SECONDS, Database, allow_pause
from tests.servers import ConsoleServer, Postgres, Wire

ROOT = Path(__file__).resolve().parents[2]

# A greenlet that ticks every 5 ms says for how long the loop stood still at most.
PATCHED = """
from gevent import monkey; monkey.patch_all()
import json, sys, time, gevent
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from console.storage.database import Database
database = Database(sys.argv[1])
longest, last = 0.0, time.monotonic()
def tick():
    global longest, last
    while True:
        gevent.sleep(0.005)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
SLOW = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000000)"
    " SELECT count(*) FROM n"
    if database.is_sqlite else "SELECT pg_sleep(0.6)"
)
def slow_read(_=0):
    began = time.monotonic()
    database.long_read(lambda session: session.execute(text(SLOW)).all())
    return time.monotonic() - began
def add(name, times):
    for _ in range(times):
        with database.write() as session:
            one_more = text("UPDATE counters SET value = value + 1 WHERE name = :name")
            session.execute(one_more, {"name": name})
def look(times):
    for _ in range(times):
        with database.read() as session:
            session.execute(text("SELECT sum(value) FROM counters")).all()
        gevent.sleep(0.002)
def stood_still():
    gevent.sleep(0.02)
    return longest
with database.read() as session:
    session.execute(text("SELECT 1"))
gevent.sleep(0.05)
ticker = gevent.spawn(tick)
gevent.sleep(0.05)
longest, last = 0.0, time.monotonic()
"""


@pytest.fixture
def counters(database: Database) -> Database:
    with database.write() as session:
        session.execute(
            text("CREATE TABLE counters (name VARCHAR(20) PRIMARY KEY, value INTEGER NOT NULL)")
        )
        session.execute(text("INSERT INTO counters VALUES ('one', 0), ('two', 0)"))
    return database


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def value(database: Database, name: str) -> int:
    with database.read() as session:
        return int(
            session.execute(
                text("SELECT value FROM counters WHERE name = :name"), {"name": name}
            ).scalar_one()
        )


def patched(database: Database, program: str) -> subprocess.Popen[str]:
    """Runs the program in a process that gevent has patched, like a worker of gunicorn."""
    argv = [sys.executable, "-c", PATCHED + program, url_of(database)]
    return subprocess.Popen(
        argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def said(process: subprocess.Popen[str]) -> Any:
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return json.loads(out)


def test_long_read_does_not_block_the_event_loop(counters: Database) -> None:
    took, longest = said(
        patched(counters, "took = slow_read(); print(json.dumps([took, stood_still()]))")
    )
    assert took > 0.2
    assert longest < took / 4


def test_parallel_long_reads_and_short_work_all_finish(counters: Database) -> None:
    """Threads and greenlets share one SQLAlchemy without a lock that cannot be given back."""
    program = """
SLOW = SLOW.replace("4000000", "60000").replace("0.6", "0.05")
def reads():
    for _ in range(15): slow_read()
work = [gevent.spawn(reads) for _ in range(8)]
work += [gevent.spawn(look, 100) for _ in range(2)] + [gevent.spawn(add, "one", 50)]
gevent.joinall(work, timeout=40, raise_error=True)
print(json.dumps([all(each.successful() for each in work), stood_still()]))
"""
    all_ended, longest = said(patched(counters, program))
    assert all_ended
    assert longest < 3
    assert value(counters, "one") == 50


def test_writers_in_greenlets_and_another_process_queue(counters: Database) -> None:
    program = """
gevent.joinall([gevent.spawn(add, "one", 40) for _ in range(5)], raise_error=True)
print(json.dumps(stood_still()))
"""
    both = [patched(counters, program) for _ in range(2)]
    for process in both:
        said(process)
    assert value(counters, "one") == 400


def test_writers_in_threads_and_another_process_queue(counters: Database) -> None:
    other = patched(counters, 'add("two", 200); print(1)')
    errors: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(40):
                with counters.write() as session:
                    session.execute(
                        text("UPDATE counters SET value = value + 1 WHERE name = 'one'")
                    )
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said(other)
    assert errors == []
    assert (value(counters, "one"), value(counters, "two")) == (200, 200)


def test_waiting_write_does_not_block_reads(counters: Database) -> None:
    with counters.write() as session:
        session.execute(text("UPDATE counters SET value = 7 WHERE name = 'one'"))
        assert in_a_thread(lambda: value(counters, "one")) == 0
    assert value(counters, "one") == 7


def test_read_transaction_sees_one_snapshot(counters: Database) -> None:
    def add() -> None:
        with counters.write() as session:
            session.execute(text("UPDATE counters SET value = value + 1"))

    with counters.read() as session:
        first = session.execute(text("SELECT value FROM counters WHERE name = 'one'")).scalar_one()
        in_a_thread(add)
        assert (
            session.execute(text("SELECT value FROM counters WHERE name = 'two'")).scalar_one()
            == first
        )
    assert value(counters, "one") == 1


def in_a_thread(work: Callable[[], Any]) -> Any:
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(work()))
    thread.start()
    thread.join(10)
    return answers[0]


def test_unreachable_postgresql_times_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        database = Database(f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/none")
        began = time.monotonic()
        assert not schema.is_reachable(database)
        assert time.monotonic() - began < CONNECT_SECONDS + 2


def test_health_answers_while_postgresql_hangs(postgres: Postgres) -> None:
    with Wire(postgres.port) as wire:
        url = postgres.new_database()
        with ConsoleServer(
            database_url=url.replace(f":{postgres.port}/", f":{wire.port}/")
        ) as console:
            wire.stall()
            began = time.monotonic()
            answer = httpx.get(f"{console.url}/health/ready", timeout=20)
            assert time.monotonic() - began < 8
            assert (answer.status_code, answer.json()["database"]) == (503, False)
            assert httpx.get(f"{console.url}/health/live", timeout=1).status_code == 200
            wire.restore()
            deadline = time.monotonic() + 15
            while httpx.get(f"{console.url}/health/ready", timeout=20).status_code != 200:
                assert time.monotonic() < deadline
                time.sleep(0.2)
        postgres.drop(url)


def test_checkpoint_restarts_the_log(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    sizes = []
    for n in range(4):
        with database.write() as session:
            session.add_all(
                [models.UsedToken(id=f"{n}-{m}".ljust(64), expires_at=0) for m in range(500)]
            )
        database.checkpoint()
        sizes.append(sum(file.stat().st_size for file in tmp_path.rglob("*-wal")))
    assert sizes[0] > 0 and max(sizes) < 2 * sizes[0]
    database.close()


def test_checkpoint_without_writes_does_nothing(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    with database.write() as session:
        session.add(models.UsedToken(id="1".ljust(64), expires_at=0))
    database.checkpoint()
    files = [file for file in tmp_path.rglob("console.db*") if not file.name.endswith("-shm")]
    before = [file.stat().st_mtime_ns for file in files]
    time.sleep(0.02)
    database.checkpoint()
    assert [file.stat().st_mtime_ns for file in files] == before
    database.close()


def test_only_one_transaction_is_allowed_a_longer_pause(postgresql_url: str) -> None:
    database, limits = Database(postgresql_url), []
    for pause in (60, None):
        with database.write() as session:
            if pause:
                allow_pause(session, pause)
            limits.append(session.scalar(text("SHOW idle_in_transaction_session_timeout")))
    database.close()
    assert limits == ["1min", "5s"]


def test_a_long_pause_is_no_matter_for_sqlite(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.write() as session:
        allow_pause(session, 60)
    database.close()


def test_stopped_writer_does_not_block_the_others(postgresql_url: str) -> None:
    stopped, other = Database(postgresql_url), Database(postgresql_url)
    with stopped.read() as session:
        assert session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "5s"
    with pytest.raises(DBAPIError), stopped.write() as session:
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 200"))
        session.execute(text("LOCK TABLE organisations"))
        with other.write() as waiting:
            waiting.execute(text("LOCK TABLE organisations"))  # when the first one has lost it
        session.execute(text("SELECT 1"))
    for database in (stopped, other):
        database.close()
