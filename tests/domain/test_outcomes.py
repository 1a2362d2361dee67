"""Which choice of an outcome stands, in whatever order choices and reports arrive."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.call import Call
from console.domain.call_merge import merge
from console.domain.enums import Direction
from console.domain.outcomes import with_outcome

NOW = 1_000
CALL = Call("c", "c", "home", "pbx", "alice", started_at=1, client_call_id="c")
CHOICES = st.lists(
    st.tuples(st.sampled_from([None, "solved", "later"]), st.integers(1, NOW)),
    unique_by=lambda choice: choice[1],
    min_size=1,
)


@given(choices=CHOICES, randomness=st.randoms())
def test_the_latest_choice_stands_in_any_order(
    choices: list[tuple[str | None, int]], randomness: object
) -> None:
    shuffled = [*choices, *choices]
    randomness.shuffle(shuffled)  # type: ignore[attr-defined]
    call = reduce(lambda call, choice: with_outcome(call, *choice, NOW), shuffled, CALL)
    latest = max(choices, key=lambda choice: choice[1])
    assert (call.outcome_id, call.outcome_at) == latest


def test_a_repeated_choice_changes_nothing() -> None:
    call = with_outcome(CALL, "solved", 5, NOW)
    assert with_outcome(call, "solved", 5, NOW) is call


def test_a_choice_from_the_future_counts_as_one_of_now() -> None:
    call = with_outcome(CALL, "solved", NOW + 5_000, NOW)
    assert call.outcome_at == NOW
    assert with_outcome(call, "later", NOW, NOW).outcome_id == "later"


def test_a_clock_that_was_put_back_blocks_no_choice() -> None:
    call = replace(CALL, outcome_id="solved", outcome_at=NOW + 60_000)
    assert with_outcome(call, "later", NOW - 50, NOW).outcome_id == "later"


def test_reports_of_the_call_keep_its_outcome() -> None:
    chosen = with_outcome(CALL, "solved", 5, NOW)
    report = replace(CALL, answered_at=3, last_seen_at=9)
    for merged in (merge(chosen, report), merge(report, chosen)):
        assert (merged.outcome_id, merged.outcome_at, merged.answered_at) == ("solved", 5, 3)


@pytest.mark.parametrize(
    ("answered", "direction", "wants"),
    [
        (5, Direction.inbound, True),
        (5, Direction.outbound, True),
        (None, Direction.inbound, False),
        (5, Direction.internal, False),
    ],
)
def test_only_talks_with_customers_want_an_outcome(
    answered: int | None, direction: Direction, wants: bool
) -> None:
    assert replace(CALL, answered_at=answered, direction=direction).wants_outcome is wants
