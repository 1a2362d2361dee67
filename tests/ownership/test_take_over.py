"""A take-over of the phone: when it is granted, and what happens to calls."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.lease import LeaseMovedOn, check_command, check_start, released, take_over, tick
from console.domain.lease_model import CallsOver, DenialReason, Denied, Granted, OnCall, Revoke

from .lease_examples import HELD, A, B, C, at


def test_take_over_is_granted_after_the_release() -> None:
    asked = take_over(HELD, at(0, A, B), "b")
    assert asked.signals == (Revoke("a", 5, "b"),)
    outcome = released(asked.lease, at(200, A, B), "a", 5)
    assert outcome.signals == (Granted("b", 6),)


def test_take_over_is_granted_after_3_s_without_an_answer() -> None:
    asked = take_over(HELD, at(0, A, B), "b").lease
    assert tick(asked, at(2_999, A, B)).lease == asked
    assert tick(asked, at(3_000, A, B)).signals == (Granted("b", 6),)


def test_second_take_over_replaces_the_first() -> None:
    first = take_over(HELD, at(0, A, B, C), "b").lease
    second = take_over(first, at(2_000, A, B, C), "c")
    assert second.signals == (Denied("b", 5, "a", DenialReason.REPLACED), Revoke("a", 5, "c"))
    assert tick(second.lease, at(3_000, A, B, C)).signals == (Granted("c", 6),)


def test_best_client_replaces_a_requester_that_left() -> None:
    asked = take_over(HELD, at(0, A, B, C), "b").lease
    gone, best = replace(B, connected=False), replace(C, used_at=9)
    assert released(asked, at(500, A, gone, best), "a", 5).signals == (
        Denied("b", 6, "c", DenialReason.REPLACED),
        Granted("c", 6),
    )


@pytest.mark.parametrize("on_call", [OnCall.RINGING, OnCall.TALKING])
def test_take_over_during_a_call_needs_a_choice_for_it(on_call: OnCall) -> None:
    moment = at(0, A, B, on_call=on_call)
    assert take_over(HELD, moment, "b").signals == (Denied("b", 5, "a", DenialReason.ON_CALL),)
    assert take_over(HELD, moment, "b", "end").signals == (Revoke("a", 5, "b", "end"),)


@pytest.mark.parametrize("on_call", [OnCall.RINGING, OnCall.TALKING])
def test_take_over_with_end_ends_the_call_in_any_case(on_call: OnCall) -> None:
    gone = replace(A, connected=False)
    asked = take_over(HELD, at(0, gone, B, on_call=on_call), "b", "end").lease
    assert tick(asked, at(3_000, gone, B, on_call=on_call)).signals == (
        CallsOver("a", 5, True),
        Granted("b", 6),
    )
    silent = take_over(HELD, at(35_000, gone, B, on_call=on_call), "b", "end")
    assert silent.signals == (Revoke("a", 5, "b", "end"), CallsOver("a", 5, True), Granted("b", 6))
    assert silent.lease.asked_call is None


def test_take_over_without_a_choice_ends_no_call() -> None:
    gone = replace(A, connected=False)
    signals = take_over(HELD, at(35_000, gone, B, on_call=OnCall.TALKING), "b").signals
    assert signals == (Revoke("a", 5, "b"), Granted("b", 6))


def test_take_back_by_the_holder_voids_the_request() -> None:
    asked = take_over(HELD, at(0, A, B), "b").lease
    back = take_over(asked, at(100, A, B), "a")
    assert back.signals == (Denied("b", 6, "a", DenialReason.REPLACED), Granted("a", 6))
    assert released(back.lease, at(200, A, B), "a", 5).lease == back.lease


def test_nothing_new_starts_during_a_take_over() -> None:
    asked = take_over(HELD, at(0, A, B), "b").lease
    check_command(asked, 5)
    for refused in (
        lambda: check_command(asked, 5, new_call=True),
        lambda: check_start(asked, "a", 5),
    ):
        with pytest.raises(LeaseMovedOn):
            refused()
