"""Any order of the same reports leaves the same rows of numbers to call back."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.enums import Cause, Direction, EventType
from console.domain.events import CallEvent
from console.storage import models
from console.storage.database import Database
from tests.cast import CONNECTION, Cast, assemble
from tests.property_examples import examples

SOURCES = {"inbound": EventType.ringing, "outbound": EventType.dialing}
ENDS = st.sampled_from(
    ["", "answered", "no_answer", "missed", "rejected", "cancelled", "answered_elsewhere", "open"]
)
CALLS = st.lists(
    st.tuples(
        st.sampled_from(["alice", "bob"]),
        st.sampled_from(["inbound", "inbound", "outbound"]),
        st.integers(0, 1),  # minutes
        ENDS,
        st.sampled_from(["", "ring group", "ring group"]),
        st.sampled_from(["", "Mai", "Lan"]),
    ),
    min_size=1,
    max_size=5,
)
_CAUSES = {**{cause.value: cause for cause in Cause}, "answered": Cause.completed}
_numbers = itertools.count(10_000_000)


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path) -> Iterator[Cast]:
    path = tmp_path_factory.mktemp("order") / "console.db"
    path.write_bytes(empty_sqlite.read_bytes())
    database = Database(f"sqlite:///{path}")
    made = assemble(database)
    made.units.announce = lambda _entries: None
    yield made
    database.close()


def reports(calls: list[Any], number: str, start: int) -> list[CallEvent]:
    """What a PBX reports about these calls, which are minutes apart: no two can be one."""
    found: list[CallEvent] = []
    grouped: set[tuple[str, int]] = set()
    for n, (agent, direction, minute, end, group, name) in enumerate(calls):
        about: dict[str, Any] = {
            "organisation": "home",
            "connection": CONNECTION,
            "agent": agent,
            "source": "sip",
            "call": f"{number}-{n}",
            "direction": Direction(direction),
            "number": number,
        }
        # The exchange's own id joins the legs of a ring group, of which an agent has one.
        in_group = group and direction == "inbound" and (agent, minute) not in grouped
        grouped.add((agent, minute) if in_group else ("", n))
        shared = (("pbx", f"{number} {group} {minute}"),) if in_group else ()
        at = start + minute * 600_000 + n * 60_000
        first = CallEvent(type=SOURCES[direction], at=at, external=shared, name=name, **about)
        found.append(first)
        if end == "answered":
            found.append(
                CallEvent(type=EventType.answered, at=at + 4_000, external=shared, **about)
            )
        if end != "open":
            cause = _CAUSES.get(end)
            found.append(
                CallEvent(
                    type=EventType.ended, at=at + 9_000, cause=cause, external=shared, **about
                )
            )
    return found


def facts(database: Database, number: str) -> tuple[Any, ...]:
    with database.read() as session:
        row = session.query(models.Callback).filter_by(number=number).one_or_none()
        shared = session.query(models.CallbackAudience.audience).filter_by(number=number)
        columns = (
            None
            if row is None
            else [
                getattr(row, name)
                for name in list(models.Callback.__table__.columns.keys())
                if name != "number"
            ]
        )
        return columns, sorted(audience for (audience,) in shared)


@st.composite
def twice(draw: st.DrawFn) -> tuple[list[Any], list[int], list[int]]:
    """Calls, the places of their reports, and the same in another order with repetitions."""
    calls = draw(CALLS)
    order = list(range(len(reports(calls, "", 0))))
    repeated = draw(st.lists(st.sampled_from(order), max_size=4))
    return calls, order, draw(st.permutations(order + repeated))


@given(drawn=twice())
@settings(max_examples=examples(60), deadline=None)
def test_any_order_of_the_same_reports_gives_the_same_rows(
    cast: Cast, drawn: tuple[list[Any], list[int], list[int]]
) -> None:
    with cast.database.read() as session:
        start = cast.database.now(session) // 3_600_000 * 3_600_000 - 3_600_000
    calls, *orders = drawn
    outcomes = []
    for chosen in orders:
        number = f"+849{next(_numbers)}"
        told = reports(calls, number, start)
        for place in chosen:
            cast.switchboard.receive(told[place])
        outcomes.append(facts(cast.database, number))
    assert outcomes[0] == outcomes[1]


def test_the_property_sees_rows_that_wait(cast: Cast) -> None:
    """Guards the property against reports that never leave a row."""
    with cast.database.read() as session:
        start = cast.database.now(session) - 3_600_000
    number = f"+849{next(_numbers)}"
    for report in reports(
        [("alice", "inbound", 0, "missed", "", "Mai"), ("bob", "outbound", 1, "no_answer", "", "")],
        number,
        start,
    ):
        cast.switchboard.receive(report)
    (columns, shared) = facts(cast.database, number)
    assert columns is not None and columns[1] is True
    assert shared == ["team"]
