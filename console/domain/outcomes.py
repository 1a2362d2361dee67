"""Outcomes: the limits of a list, and which choice of an outcome stands."""

from __future__ import annotations

from dataclasses import replace

from .call import Call

LONGEST_OUTCOME = 60  # characters
MOST_OUTCOMES = 20  # offered at once: agents choose from a short list


def with_outcome(call: Call, outcome: str | None, at: int, now: int) -> Call:
    """The call with the outcome that was chosen at `at`; the same object when nothing changes.

    The later choice stands, in whatever order they arrive. A choice from the future counts as one
    of now; a stored time in the future counts for nothing, because the clock was put back.
    """
    at, known = min(at, now), call.outcome_at or 0
    if at < known <= now or (call.outcome_id, known) == (outcome, at):
        return call
    return replace(call, outcome_id=outcome, outcome_at=at)
