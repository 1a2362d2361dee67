"""A requester that has gone, and the fields of a lease that outlive its holders."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.lease import released, take_over, tick
from console.domain.lease_model import DenialReason, Denied, Granted, LeaseView

from .lease_examples import HELD, START, A, B, at


def test_request_of_a_departed_client_is_forgotten() -> None:
    """Even if the holder itself is not fit for a new grant."""
    unable = replace(A, able=False)
    asked = take_over(HELD, at(0, unable, B), "b", "move").lease
    assert (asked.asked_by, asked.asked_at, asked.asked_call) == ("b", START, "move")
    kept = tick(asked, at(3_000, unable, replace(B, connected=False)))
    assert kept.signals == ()
    assert kept.lease == replace(asked, asked_by=None, asked_at=None, asked_call=None)


def test_take_back_by_the_holder_ends_no_call() -> None:
    asked = take_over(HELD, at(0, A, B), "b", "move").lease
    back = take_over(asked, at(10, A, B), "a", "end")
    assert back.signals == (Denied("b", 6, "a", DenialReason.REPLACED), Granted("a", 6))


def test_version_outlives_every_holder() -> None:
    counted = replace(HELD, version=7)
    assert released(counted, at(10, A), "a", 5).lease == LeaseView(
        5, 7, since=START + 10, heard_at=START
    )
    assert released(counted, at(10, A, B), "a", 5).lease.version == 7


@pytest.mark.parametrize("field", ["since", "heard_at", "left_at", "asked_at"])
def test_time_in_the_future_becomes_now(field: str) -> None:
    moment = at(0, A)
    assert getattr(tick(replace(HELD, **{field: START + 1}), moment).lease, field) == START
    assert getattr(tick(replace(HELD, **{field: START - 1}), moment).lease, field) == START - 1
