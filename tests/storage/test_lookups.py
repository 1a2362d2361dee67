"""Queries of every event use an index, however many old calls there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.orm import Session

from console.domain.enums import EventType
from console.domain.events import CallEvent
from console.domain.lease_model import LeaseTimings
from console.storage import agents, calls, carriers, client_store, models
from console.storage.database import Database
from console.storage.leases import Leases
from tests.cast import CONNECTION, Cast, assemble

EVENT = CallEvent(
    type=EventType.ringing,
    at=1,
    organisation="home",
    connection=CONNECTION,
    agent="alice",
    call="1",
    source="feed",
    external=(("sip", "x"),),
)

LEASES = Leases(
    Database("sqlite://"), LeaseTimings()
)  # only its clock is used: the sessions are the tests' own

QUERIES: dict[str, tuple[Callable[[Session], object], set[str]]] = {
    "the calls that the event names": (
        lambda session: calls.by_external_id(session, EVENT),
        {
            "SEARCH external_ids USING INDEX sqlite_autoindex_external_ids_1 (connection_id=? AND"
            " kind=? AND value=? AND agent_id=?)"
        },
    ),
    "the other side under the same id": (
        lambda session: calls.sharing_external_id(session, EVENT),
        {
            "SEARCH external_ids USING INDEX sqlite_autoindex_external_ids_1 (connection_id=? AND"
            " kind=? AND value=?)"
        },
    ),
    "open calls": (
        lambda session: calls.open_of_agents(session, ["alice"]),
        {"SEARCH calls USING INDEX calls_open (organisation_id=? AND state=? AND agent_id=?)"},
    ),
    "open calls with a carrier": (
        carriers.open_calls,
        {"SEARCH calls USING INDEX calls_open (organisation_id=? AND state=?)"},
    ),
    "calls that a pong names": (
        lambda session: carriers.named(session, "alice", ["k"]),
        {
            (
                "SEARCH external_ids USING INDEX sqlite_autoindex_external_ids_1 (connection_id=?"
                " AND kind=? AND value=? AND agent_id=?)"
            )
        },
    ),
    "an agent's page": (
        lambda session: agents.views(session, ["alice"], 1, 1),
        {
            "SEARCH calls USING INDEX calls_open (organisation_id=? AND state=? AND agent_id=?)",
            "SEARCH clients USING INDEX sqlite_autoindex_clients_1 (agent_id=? AND id=?) LEFT-JOIN",
        },
    ),
    "clients that may hold the phone": (
        lambda session: LEASES.has_peers(session, "alice", "c"),
        {
            "SEARCH clients USING INDEX clients_living (agent_id=?)",
            "SEARCH clients USING INDEX sqlite_autoindex_clients_1 (agent_id=? AND id=?)",
        },
    ),
    "agents with several pages": (
        lambda session: LEASES.with_peers(session, {"alice": "c"}),
        {"SEARCH clients USING INDEX clients_living (agent_id=?)"},
    ),
    "clients that are counted as gone": (
        lambda session: client_store.disconnected_among(session, [("alice", "c")]),
        {"SEARCH clients USING INDEX sqlite_autoindex_clients_1 (agent_id=? AND id=?)"},
    ),
    "extensions": (
        lambda session: calls.extensions(session, CONNECTION, "alice", "1002"),
        {
            "SEARCH lines USING INDEX sqlite_autoindex_lines_2 (connection_id=? AND extension=?)",
            "SEARCH lines USING INDEX ix_lines_agent_id (agent_id=?)",
        },
    ),
    "calls of the same moment": (
        lambda session: calls.around(session, CONNECTION, ["alice", "bob"], 1, 5),
        {"SEARCH calls USING INDEX calls_by_agent (agent_id=? AND started_at>? AND started_at<?)"},
    ),
}


@pytest.fixture
def cast_(sqlite_url: str) -> Iterator[Cast]:
    database = Database(sqlite_url)
    yield assemble(database)
    database.close()


@pytest.mark.parametrize("what", QUERIES)
def test_each_lookup_of_an_event_uses_its_index(cast_: Cast, what: str) -> None:
    ask, expected = QUERIES[what]
    asked: list[str] = []
    with cast_.database.read() as session:
        plain = session.connection().connection.dbapi_connection
        assert plain
        plain.set_trace_callback(asked.append)
        ask(session)
        plain.set_trace_callback(None)
        statements = [statement for statement in asked if statement.startswith("SELECT")]
        plans = {
            row[3]
            for statement in statements
            for row in plain.execute(f"EXPLAIN QUERY PLAN {statement}")
        }
    assert expected <= plans
    assert not [
        step
        for step in plans
        if step.startswith("SCAN") and step.split()[1] in models.Base.metadata.tables
    ]
