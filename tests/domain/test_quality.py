"""How a call sounds: read from what its phone reports, and kept with the call."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain.call import Call
from console.domain.call_events import apply
from console.domain.enums import CallState, Cause, EventType
from console.domain.events import BadEvent, CallEvent, parse_phone_event
from console.domain.quality import Quality, QualityCause, QualityLevel

from .call_samples import START, call_of, phone_event

ALERT = {
    "type": "quality_alert",
    "at": START + 9000,
    "connection": "pbx",
    "call": "p-1",
    "level": "poor",
    "cause": "your_network",
    "mos": 2.713,
    "jitter_ms": 48,
    "loss_pct": 12.34,
    "rtt_ms": 310,
}


def parse(**changes: Any) -> CallEvent:
    message = {**ALERT, **changes}
    return parse_phone_event(message, organisation="demo", agent="alice", client="tab-1", epoch=1)


def sounding(*events: CallEvent) -> Call:
    return call_of(phone_event(EventType.ringing), phone_event(EventType.answered, 3), *events)


def test_all_fields_of_an_alert_are_read() -> None:
    event = parse()
    assert event.quality == Quality(
        False, START + 9000, QualityLevel.poor, QualityCause.your_network, 2.71, 48, 12.3, 310
    )
    assert (event.cause, event.provider_code) == (
        None,
        None,
    )  # its cause is not one of the call's end


def test_figures_of_the_far_side_may_be_missing() -> None:
    event = parse(rtt_ms=None)
    assert event.quality is not None and event.quality.rtt_ms == -1


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": None},
        {"level": "bad"},
        {"level": ["poor"]},
        {"cause": "weather"},
        {"cause": None},
        {"mos": None},
        {"mos": 0.9},
        {"mos": 5.1},
        {"mos": "4"},
        {"mos": True},
        {"mos": float("nan")},
        {"mos": float("inf")},
        {"jitter_ms": -1},
        {"loss_pct": 101},
        {"rtt_ms": 10**9},
        {"loss_pct": {}},
    ],
    ids=str,
)
def test_malformed_alert_is_refused_with_a_message(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadEvent, match=r"^.+\.$"):
        parse(**wrong)


def test_latest_quality_counts_during_the_call() -> None:
    call = sounding(parse(), parse(at=START + 20_000, level="good", cause="none", mos=4.4))
    assert call.quality is not None and call.quality.level is QualityLevel.good
    assert apply(call, parse()) is call


def test_quality_of_the_whole_call_outranks_the_rest() -> None:
    whole = parse(at=START + 30_000, level="fair", mos=3.8, whole=True)
    late = parse(at=START + 31_000)
    assert sounding(whole, late).quality == sounding(late, whole).quality == whole.quality


def test_quality_does_not_change_the_outcome() -> None:
    over = sounding(phone_event(EventType.ended, 40, cause=Cause.completed))
    heard = apply(over, parse())
    assert (heard.state, heard.cause, heard.ended_at) == (
        CallState.ended,
        Cause.completed,
        START + 40_000,
    )
