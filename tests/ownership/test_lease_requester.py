"""A newcomer that asked for the phone and has gone, and what the phone keeps over its holders."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.lease import released, take_over, tick
from console.domain.lease_model import DenialReason, Denied, Granted, LeaseView

from .test_lease_rules import HELD, START, A, B, at


def test_a_question_that_nobody_waits_for_any_more_is_forgotten_and_the_holder_keeps_the_phone() -> (
    None
):
    """Also where the holder itself is no good for a new grant."""
    deaf = replace(A, able=False)
    asked = take_over(HELD, at(0, deaf, B), "b", "move").lease
    assert (asked.asked_by, asked.asked_at, asked.asked_call) == ("b", START, "move")
    kept = tick(asked, at(3_000, deaf, replace(B, connected=False)))
    assert kept.signals == ()
    assert kept.lease == replace(asked, asked_by=None, asked_at=None, asked_call=None)


def test_a_holder_that_takes_its_own_phone_back_ends_no_call_of_its_own() -> None:
    asked = take_over(HELD, at(0, A, B), "b", "move").lease
    back = take_over(asked, at(10, A, B), "a", "end")
    assert back.signals == (Denied("b", 6, "a", DenialReason.REPLACED), Granted("a", 6))


def test_the_count_of_changes_goes_on_whoever_has_the_phone_and_also_when_nobody_has() -> None:
    counted = replace(HELD, version=7)
    assert released(counted, at(10, A), "a", 5).lease == LeaseView(
        5, 7, since=START + 10, heard_at=START
    )
    assert released(counted, at(10, A, B), "a", 5).lease.version == 7


@pytest.mark.parametrize("field", ["since", "heard_at", "left_at", "asked_at"])
def test_what_seems_to_come_because_the_clock_was_put_back_is_now(field: str) -> None:
    moment = at(0, A)
    assert getattr(tick(replace(HELD, **{field: START + 1}), moment).lease, field) == START
    assert getattr(tick(replace(HELD, **{field: START - 1}), moment).lease, field) == START - 1
