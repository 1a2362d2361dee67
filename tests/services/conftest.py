"""A worker with Alice, Bob and Ada, each with a phone and one open page."""

from __future__ import annotations

import pytest

from console.domain.enums import Availability
from console.services.agent_status import change_availability
from console.storage import models
from console.storage.database import Database
from tests.cast import Cast, assemble
from tests.services.call_worker import CallWorker
from tests.services.test_switchboard import Phone


@pytest.fixture
def cast_(database: Database) -> Cast:
    made = assemble(database)
    for agent in ("alice", "bob", "ada"):
        made.holds(agent, f"{agent}-1", 1)
    with database.write() as session:
        line = {"agent_id": "ada", "extension": "1003"}
        connection = session.query(models.Line.connection_id).filter_by(agent_id="bob").scalar()
        session.add(models.Line(connection_id=connection, **line))
        session.get_one(models.Organisation, "home").wrap_up_seconds = 30
    with made.units.begin("home") as unit:
        change_availability(unit, "alice", Availability.available)
    return made


@pytest.fixture
def worker(cast_: Cast) -> CallWorker:
    return CallWorker(cast_)


@pytest.fixture
def still_clock(monkeypatch: pytest.MonkeyPatch, cast_: Cast) -> None:
    """The database's clock stands still, so that tests can hit a limit exactly."""
    with cast_.database.read() as session:
        stopped = cast_.database.now(session)
    monkeypatch.setattr(cast_.database, "now", lambda _session: stopped)


@pytest.fixture
def alice(cast_: Cast, worker: CallWorker) -> Phone:
    return Phone(cast_, "alice", "alice-1")


@pytest.fixture
def bob(cast_: Cast, worker: CallWorker) -> Phone:
    return Phone(cast_, "bob", "bob-1")
