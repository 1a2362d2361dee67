"""A newcomer that asked for the phone and has gone."""

from __future__ import annotations

from dataclasses import replace

from console.domain.lease import take_over, tick

from .test_lease_rules import HELD, START, A, B, at


def test_a_question_that_nobody_waits_for_any_more_is_forgotten_and_the_holder_keeps_the_phone() -> None:
    """Also where the holder itself is no good for a new grant."""
    deaf = replace(A, able=False)
    asked = take_over(HELD, at(0, deaf, B), "b", "move").lease
    assert (asked.asked_by, asked.asked_at, asked.asked_call) == ("b", START, "move")
    kept = tick(asked, at(3_000, deaf, replace(B, connected=False)))
    assert kept.signals == ()
    assert kept.lease == replace(asked, asked_by=None, asked_at=None, asked_call=None)
