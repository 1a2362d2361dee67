"""Twice is fine, late is fine: random, repeated and reordered events of one call."""

from __future__ import annotations

import random
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from console.domain.call import Call
from console.domain.call_events import apply
from console.domain.call_merge import merge, still_alive
from console.domain.enums import CallState, Cause, Direction, EndedBy, EventType
from console.domain.events import ABOUT_CALL, CallEvent
from console.domain.quality import Quality, QualityCause, QualityLevel

from .call_samples import call_of, phone_event, webhook_event

qualities = st.builds(
    Quality,
    whole=st.booleans(),
    at=st.integers(0, 6),
    level=st.sampled_from(QualityLevel),
    cause=st.sampled_from(QualityCause),
    mos=st.sampled_from([2.5, 4.4]),
    jitter_ms=st.integers(0, 2),
    loss_pct=st.sampled_from([0.0, 1.5]),  # never NaN, which read_quality refuses
    rtt_ms=st.integers(-1, 1),
)
phones = st.sampled_from(
    [("p-1", "tab-1", 1), ("p-1", "tab-1", 1), ("p-2", "tab-2", 2), ("p-3", None, 1)]
)


@st.composite
def events(draw: st.DrawFn) -> CallEvent:
    """Few seconds and few values, so that reports meet, tie and contradict each other."""
    type = draw(st.sampled_from(sorted(ABOUT_CALL)))
    said = {
        "direction": draw(st.sampled_from([None, *Direction])),
        "number": draw(st.sampled_from(["", "1002", "0912345678", "+84912345678"])),
        "name": draw(st.sampled_from(["", "Bob", "Bình"])),
        "line": draw(st.integers(1, 2)),
        "hotline": draw(st.sampled_from(["", "19001234"])),
        "consults": draw(st.sampled_from(["", "p-1", "p-2"])),
        "by": draw(st.sampled_from(["agent", "remote"])),
        "cause": draw(st.sampled_from([None, *Cause])),
        "ended_by": (
            draw(st.sampled_from([None, *EndedBy]))
            if type in (EventType.ended, EventType.failed, EventType.missed)
            else None
        ),
        "provider_code": draw(st.sampled_from([None, "NORMAL"])),
        "sip_code": draw(st.sampled_from([None, 200, 486])),
        "quality": draw(st.none() | qualities) if type is EventType.quality_alert else None,
        "raw": {"text": draw(st.sampled_from(["", "call back", "calls again"]))},
    }
    second = draw(st.integers(0, 6))
    if draw(st.booleans()):
        return webhook_event(type, second, **said)
    call, client, epoch = draw(phones)
    return phone_event(type, second, call=call, client=client, epoch=epoch, **said)


several = st.lists(events(), min_size=1, max_size=8)


@st.composite
def reported_twice_over(draw: st.DrawFn) -> tuple[list[CallEvent], list[CallEvent]]:
    """Events, and the same ones in another order with some of them repeated."""
    once = draw(several)
    again = draw(st.lists(st.sampled_from(once), max_size=6))
    return once, draw(st.permutations(once + again))


@given(reported_twice_over())
def test_order_and_repetition_of_events_do_not_change_a_call(
    both: tuple[list[CallEvent], list[CallEvent]],
) -> None:
    once, shuffled = both
    assert call_of(*once) == call_of(*shuffled)


@given(several)
def test_known_event_returns_the_same_object(known: list[CallEvent]) -> None:
    call = call_of(*known)
    assert all(apply(call, event) is call for event in known)


@given(several, several, several)
def test_reports_of_one_call_join_in_any_order_and_grouping(
    one: list[CallEvent], two: list[CallEvent], three: list[CallEvent]
) -> None:
    a, b, c = call_of(*one), call_of(*two), call_of(*three)
    assert merge(a, a) is a
    assert merge(a, b) == merge(b, a)
    assert merge(merge(a, b), c) == merge(a, merge(b, c)) == call_of(*one, *two, *three)


@given(several)
def test_state_follows_from_the_facts_alone(known: list[CallEvent]) -> None:
    call = call_of(*known)
    assert call.state is _state_by_facts(call)
    assert (
        (call.held_since is not None)
        == (call.state is CallState.held)
        == (call.held_by is not None)
    )
    assert (call.cause is not None) == (call.state is CallState.ended)
    assert not (call.missed and call.answered_at is not None)
    assert call.hold_seconds >= 0


def _state_by_facts(call: Call) -> CallState:
    if call.ended_at is not None:
        return CallState.ended
    if call.answered_at is None:
        return CallState.dialing if call.outgoing else CallState.ringing
    last = {by: held for _, held, by in call.hold_marks}
    return CallState.held if any(last.values()) else CallState.active


ends = st.builds(
    lambda second, by: webhook_event(EventType.ended, second, ended_by=by),
    st.integers(0, 6),
    st.sampled_from([EndedBy.system, EndedBy.system, EndedBy.system, EndedBy.agent, None]),
)
signs_of_life = st.builds(
    phone_event,
    st.sampled_from([EventType.answered, EventType.held, EventType.unmuted]),
    st.integers(0, 6),
)


@given(st.lists(ends, max_size=3), st.lists(signs_of_life, max_size=3), st.randoms())
def test_only_a_reported_end_is_final(
    ends: list[CallEvent], life: list[CallEvent], chance: random.Random
) -> None:
    known = [webhook_event(EventType.ringing), *ends, *life]
    chance.shuffle(known)
    call = call_of(*known)
    true = [end.at for end in ends if end.ended_by is not EndedBy.system]
    heard = max((event.at for event in known if event.ended_by is not EndedBy.system), default=0)
    guesses = [end.at for end in ends if end.ended_by is EndedBy.system and end.at >= heard]
    assert call.last_seen_at == heard
    assert (call.state is CallState.ended) == bool(true or guesses)
    assert (call.ended_by is EndedBy.system) == bool(guesses and not true)
    if true:
        assert call.ended_at in true
    elif guesses:
        assert call.ended_at == max(guesses)


@given(several, st.lists(st.integers(0, 7), max_size=3))
def test_order_of_signs_of_life_and_events_does_not_matter(
    known: list[CallEvent], seconds: list[int]
) -> None:
    moments = [phone_event(EventType.ringing, second).at for second in seconds]
    first = call_of(known[0])
    early = reduce(apply, known[1:], reduce(still_alive, moments, first))
    late = reduce(still_alive, moments, reduce(apply, known[1:], first))
    assert early == late
    assert reduce(still_alive, moments, late) is late
