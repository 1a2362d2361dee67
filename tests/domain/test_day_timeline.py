"""The timeline of a day: availability, cut by the calls in which the agent talked."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from console.domain.day_timeline import Change, Span, spans, totals

TIMES = st.integers(0, 50)
CHANGES = st.lists(
    st.builds(Change, TIMES, st.sampled_from(["available", "away", "offline"])), max_size=8
).map(sorted)
TALKS = st.lists(st.tuples(TIMES, TIMES), max_size=8)


def test_state_holds_until_the_next_change() -> None:
    changes = [Change(5, "available"), Change(20, "away", "meal", "Sam")]
    assert spans(changes, [], 10, 40) == [
        Span("available", 10, 20),
        Span("away", 20, 40, "meal", "Sam"),
    ]


def test_time_before_the_first_change_has_no_span() -> None:
    assert spans([Change(20, "away")], [], 0, 30) == [Span("away", 20, 30)]
    assert spans([], [], 0, 30) == []


def test_talking_interrupts_the_availability() -> None:
    found = spans([Change(0, "available")], [(10, 20)], 0, 30)
    assert found == [Span("available", 0, 10), Span("on_call", 10, 20), Span("available", 20, 30)]


def test_two_calls_at_once_are_one_talk() -> None:
    found = spans([Change(0, "available")], [(10, 20), (15, 25), (25, 30)], 0, 30)
    assert found == [Span("available", 0, 10), Span("on_call", 10, 30)]


def test_call_over_midnight_is_cut_at_the_days_bounds() -> None:
    assert spans([], [(-5, 5), (28, 99)], 0, 30) == [Span("on_call", 0, 5), Span("on_call", 28, 30)]


def test_the_same_state_twice_is_one_span() -> None:
    assert spans([Change(0, "away"), Change(9, "away")], [], 0, 30) == [Span("away", 0, 30)]


def test_a_day_that_has_not_begun_is_empty() -> None:
    assert spans([Change(0, "away")], [(0, 9)], 30, 20) == []


def test_totals_add_the_spans_of_a_state() -> None:
    found = spans([Change(0, "available")], [(10, 20)], 0, 30)
    assert totals(found) == {"available": 20, "on_call": 10}


@given(CHANGES, TALKS, TIMES, TIMES)
def test_spans_are_in_order_and_agree_with_each_moment(
    changes: list[Change], talks: list[tuple[int, int]], since: int, until: int
) -> None:
    found = spans(changes, talks, since, until)
    assert all(span.length > 0 for span in found)
    assert all(one.until <= other.since for one, other in pairwise(found))
    for moment in range(since, until):
        at = [span for span in found if span.since <= moment < span.until]
        known = [change for change in changes if change.at <= moment]
        talking = any(first <= moment < last for first, last in talks)
        expected = "on_call" if talking else known[-1].availability if known else None
        assert [span.status for span in at] == ([expected] if expected else [])
