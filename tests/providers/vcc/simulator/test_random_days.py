"""On any network Console's calls become the exchange's calls: none is lost, doubled or endless.

Everything but the browser is the real thing: the exchange, the vendor's pretend cloud behind a
faulty wire, its pretend scripts, the provider's module, the switchboard, and the database.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from console.simulator.exchange import Call, Device
from console.storage import models
from console.storage.database import Database
from tests.property_examples import examples
from tests.providers.vcc.simulator import random_days as days
from tests.providers.vcc.simulator.agent_browser import NodeProcess
from tests.providers.vcc.simulator.random_days import QUICK, WholeChain, national

# A day takes a part of a second, so a failing one is printed as it is.
DAYS = settings(max_examples=examples(30), database=None, phases=[Phase.generate])
SEEDS = st.integers(0, 1000)


@pytest.fixture(scope="module")
def copied(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for all days: a new engine would prepare each statement again."""
    database = Database(
        f"sqlite:///{shutil.copy(empty_sqlite, tmp_path_factory.mktemp('days') / 'console.db')}"
    )
    yield database
    database.close()
    NodeProcess.close_all()


def emptied(database: Database) -> Database:
    with database.write() as session:
        for table in reversed(models.Base.metadata.sorted_tables):
            session.execute(table.delete())
    return database


def live(copied: Database, seed: int, places: tuple[str, str], day: list[Any], check: Any) -> None:
    chain = WholeChain(emptied(copied), seed, places)
    try:
        for what, who, more, seconds, network in day:
            if network is not None:
                chain.simulation.faults.clear()
                chain.simulation.faults.set(network)
            chain.act(what, who, more)
            chain.passes(seconds)
        chain.calms_down()
        check(chain)
    finally:
        chain.close()


def each_call_is_there_once(chain: WholeChain) -> None:
    for agent, browser in chain.browsers.items():
        rows = chain.rows(agent)
        there_were, certain = (
            days.of_calls(chain.there_were(agent)),
            days.of_calls(chain.certain(agent)),
        )
        assert [row.state for row in chain.cast.calls(agent) if row.state != "ended"] == [], (
            "a call that never ends"
        )
        assert browser.status["calls"] == [], "a call that never ends at the phone"
        assert certain - days.of_rows(rows) == Counter(), f"{agent}: a call is lost"
        more = days.of_rows(rows) - there_were
        assert more.total() <= browser.offers, f"{agent}: a call that never was, {more}"
    assert all(not call.live for call in chain.simulation.exchange.truth())


def with_own_numbers(calls: list[Call], others: list[Call]) -> list[Call]:
    """The calls whose number no other call has: colleagues call each other more than once, and the
    queue offers a customer again.
    """
    taken = {call.number for call in others if call not in calls}
    return [call for call in calls if call.number not in taken]


def sure(chain: WholeChain, agent: str) -> list[Call]:
    return with_own_numbers(chain.certain(agent), chain.there_were(agent))


def who_talked_is_known(chain: WholeChain) -> None:
    each_call_is_there_once(chain)
    for agent in chain.browsers:
        certain = sure(chain, agent)
        numbers = {call.number for call in certain}
        rows = [row for row in chain.rows(agent) if national(row) in numbers]
        for seconds in (QUICK, 2 * QUICK, 4 * QUICK):  # the answer and the end may be late
            less = seconds - QUICK
            lost = days.long_calls(certain, seconds) - days.long_rows(rows, less)
            invented = days.long_rows(rows, seconds) - days.long_calls(certain, less)
            assert not lost and not invented, f"{agent}: {seconds} s of talk: {lost} {invented}"


def expected_cause(call: Call) -> str | None:
    """The exchange distinguishes more causes than the vendor."""
    return {"permission_denied": "forbidden"}.get(call.code or "") or {603: "failed"}.get(
        call.sip_code or 0, call.cause
    )


def is_plain(call: Call) -> bool:
    """A call between the browser and a customer: the vendor reports how it ends."""
    in_browser = call.device == Device.BROWSER
    return in_browser and call.direction != "internal" and call.transfer is None


def plain(chain: WholeChain, agent: str) -> list[Call]:
    calls = [call for call in chain.certain(agent) if is_plain(call)]
    return with_own_numbers(calls, chain.there_were(agent))


def each_end_is_known(chain: WholeChain) -> None:
    who_talked_is_known(chain)
    for agent in chain.browsers:
        truth = plain(chain, agent)
        rows = [
            row for row in chain.rows(agent) if national(row) in {call.number for call in truth}
        ]
        assert Counter((national(row), row.cause) for row in rows) == Counter(
            (call.number, expected_cause(call)) for call in truth
        )
        # The vendor does not report what the exchange did by itself.
        by_itself = {call.number for call in truth if call.ended_by == "system"}
        assert Counter(
            (national(row), row.ended_by) for row in rows if national(row) not in by_itself
        ) == Counter((call.number, call.ended_by) for call in truth if call.number not in by_itself)


def test_a_rejected_caller_may_come_again_by_a_transfer(copied: Any) -> None:
    unlimited = {"talk": None, "patience": None}
    day = [
        ("queue", "bob", unlimited, 3.0, None),
        ("device hangs up", "alice", unlimited, 3.0, None),
        ("hangup", "bob", unlimited, 3.0, None),
        ("device answers", "alice", unlimited, 0.25, None),
        ("transfer", "alice", unlimited, 1.0, None),
        ("answer", "bob", unlimited, 8.0, None),
    ]
    live(copied, 170, ("ip_phone", "browser"), day, each_end_is_known)


@DAYS
@given(seed=SEEDS, places=days.PLACES, day=days.days(cut=False))
def test_on_a_good_network_console_knows_each_call_and_its_end(
    copied: Any, seed: int, places: Any, day: list[Any]
) -> None:
    live(copied, seed, places, day, each_end_is_known)


@DAYS
@given(seed=SEEDS, places=days.PLACES, day=days.days(days.WIRE, cut=False))
def test_what_comes_late_twice_and_out_of_turn_changes_nothing(
    copied: Any, seed: int, places: Any, day: list[Any]
) -> None:
    live(copied, seed, places, day, who_talked_is_known)


@DAYS
@given(
    seed=SEEDS,
    places=days.PLACES,
    day=days.days(days.WIRE, days.LOSSES, days.REFUSALS, days.DEVICE_TROUBLE, cut=True),
)
def test_on_a_dying_network_no_call_is_lost_or_twice_or_stuck(
    copied: Any, seed: int, places: Any, day: list[Any]
) -> None:
    """An answer at the moment at which the connection breaks counts as an answer: the browser
    cannot know better.
    """
    live(copied, seed, places, day, each_call_is_there_once)
