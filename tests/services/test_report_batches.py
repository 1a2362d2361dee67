"""Reports that come at the same moment share a transaction and are pushed as if each had come
alone.
"""

from __future__ import annotations

from collections.abc import Callable

import gevent
import pytest

from console.storage import models
from console.storage.database import Database
from console.storage.journal import JournalEntry
from tests.cast import FOREIGN, Cast, assemble
from tests.services.test_switchboard import Phone

Batches = list[list[JournalEntry]]


@pytest.fixture
def cast(database: Database) -> Cast:
    made = assemble(database)
    for agent in ("alice", "bob", "olga"):
        made.holds(agent, f"{agent}-1", 1)
    return made


@pytest.fixture
def pushed(cast: Cast) -> Batches:
    """The entries that each transaction announced."""
    heard: Batches = []
    cast.units.announce = heard.append
    return heard


def at_once(*reports: Callable[[], object]) -> None:
    gevent.joinall([gevent.spawn(report) for report in reports], raise_error=True)


def test_parallel_reports_of_two_agents_share_a_transaction(cast: Cast, pushed: Batches) -> None:
    alice, bob = Phone(cast, "alice", "alice-1"), Phone(cast, "bob", "bob-1")
    at_once(
        lambda: alice.says("ringing", "ka", direction="inbound", number="0912345678"),
        lambda: bob.says("ringing", "kb", direction="inbound", number="0987654321"),
    )
    assert [sorted(line.payload["agent"]["id"] for line in lines) for lines in pushed] == [
        ["alice", "bob"]
    ]


def test_parallel_reports_of_one_agent_are_pushed_one_by_one(cast: Cast, pushed: Batches) -> None:
    alice = Phone(cast, "alice", "alice-1")
    at_once(
        lambda: alice.says("ringing", "k", direction="inbound", number="0912345678"),
        lambda: alice.says("answered", "k", 900),
    )
    assert [
        [call["state"] for call in line.payload["agent"]["calls"]]
        for lines in pushed
        for line in lines
    ] == [["ringing"], ["active"]]


def test_parallel_reports_stay_within_their_organisation(cast: Cast, pushed: Batches) -> None:
    alice = Phone(cast, "alice", "alice-1")
    olga = Phone(cast, "olga", "olga-1", connection=FOREIGN, organisation="other")
    at_once(
        lambda: alice.says("ringing", "ka", direction="inbound", number="0912345678"),
        lambda: olga.says("ringing", "ko", direction="inbound", number="0987654321"),
    )
    heard = [
        [(entry.organisation, entry.payload["agent"]["id"]) for entry in batch] for batch in pushed
    ]
    assert heard == [[("home", "alice")], [("other", "olga")]]


def test_a_report_that_fails_harms_none_that_came_with_it(
    cast: Cast, pushed: Batches, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = Phone(cast, "alice", "alice-1"), Phone(cast, "bob", "bob-1")
    taken = cast.switchboard.take

    def fails_for_alice(unit: object, event: object) -> None:
        taken(unit, event)  # type: ignore[arg-type]
        if event.agent == "alice":  # type: ignore[attr-defined]
            raise ValueError("a fault of ours")

    monkeypatch.setattr(cast.switchboard, "take", fails_for_alice)
    failed = gevent.spawn(
        lambda: alice.says("ringing", "ka", direction="inbound", number="0912345678")
    )
    went = gevent.spawn(lambda: bob.says("ringing", "kb", direction="inbound", number="0987654321"))
    gevent.joinall([failed, went])
    assert (
        failed.successful() and went.successful()
    )  # Alice's is kept as unknown, so that the page stops sending it
    assert ([call.agent_id for call in cast.calls()], len(pushed)) == (["bob"], 1)
    with cast.database.read() as session:
        assert [kept.agent_id for kept in session.query(models.UnknownEvent)] == ["alice"]
