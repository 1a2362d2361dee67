from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.enums import Cause, Direction, EndedBy, EventType
from console.domain.events import ABOUT_CALL, BadEvent, CallEvent, parse_phone_event

from .call_samples import START

RINGING = {
    "type": "ringing",
    "at": START,
    "connection": "pbx",
    "call": "1f2e-3d",
    "direction": "inbound",
    "number": "+84912345678",
    "name": "Bob",
    "line": 2,
    "hotline": "19001234",
    "consults": "0a-1b",
    "external": [["sip", "abc@pbx.test"]],
}


def parse(message: Any, **changes: Any) -> CallEvent:
    return parse_phone_event(
        message,
        **{"organisation": "demo", "agent": "alice", "client": "tab-1", "epoch": 4, **changes},
    )


def test_all_fields_of_a_ring_are_read() -> None:
    event = parse(RINGING)
    assert (event.type, event.at, event.call, event.source) == (
        EventType.ringing,
        START,
        "1f2e-3d",
        "phone",
    )
    assert (event.organisation, event.agent, event.client, event.epoch, event.connection) == (
        "demo",
        "alice",
        "tab-1",
        4,
        "pbx",
    )
    assert (event.direction, event.number, event.name, event.line) == (
        Direction.inbound,
        "+84912345678",
        "Bob",
        2,
    )
    assert event.consults == "0a-1b"
    assert event.hotline == "19001234"
    assert event.external == (("sip", "abc@pbx.test"),)
    assert event.raw == RINGING


def test_all_fields_of_an_end_are_read() -> None:
    end = parse(
        {
            **RINGING,
            "type": "ended",
            "ended_by": "remote",
            "cause": "busy",
            "sip_code": 486,
            "provider_code": 17,
        }
    )
    assert (end.ended_by, end.cause, end.sip_code, end.provider_code) == (
        EndedBy.remote,
        Cause.busy,
        486,
        "17",
    )


def test_unknown_event_keeps_its_raw_message() -> None:
    message = {"type": "teleported", "at": START, "connection": "pbx", "whither": "away"}
    event = parse(message)
    assert (event.type, event.raw) == (EventType.unknown, message)


def test_unknown_cause_is_failed_and_kept_as_code() -> None:
    event = parse({**RINGING, "type": "ended", "cause": "sim_blocked"})
    assert (event.cause, event.provider_code) == (Cause.failed, "sim_blocked")


def test_line_event_needs_no_call() -> None:
    assert parse({"type": "registered", "at": START, "connection": "pbx"}).call == ""


def test_text_of_a_caller_is_cut_and_cleaned_not_refused() -> None:
    event = parse({**RINGING, "name": " Bob\x00\n" + "b" * 300, "number": "9" * 99})
    assert event.name == "Bob" + "b" * 197
    assert event.number == "9" * 64


def test_fast_clock_cannot_report_from_the_future() -> None:
    assert parse(RINGING, now=START - 5).at == START - 5
    assert parse(RINGING, now=START + 5).at == START


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": None},
        {"type": 7},
        {"type": ""},
        {"type": "x" * 65},
        {"at": None},
        {"at": "1700000000000"},
        {"at": True},
        {"at": 1_700_000_000},
        {"at": 1e12},
        {"at": 10**15},
        {"connection": None},
        {"connection": ["pbx"]},
        {"connection": "x" * 65},
        {"call": None},
        {"call": ""},
        {"call": 'x"><b>'},
        {"call": "x" * 65},
        {"call": "a b"},
        {"consults": 7},
        {"consults": 'x"><b>'},
        {"consults": "x" * 65},
        {"direction": "sideways"},
        {"ended_by": "fate"},
        {"by": "nobody"},
        {"cause": 4},
        {"number": 1002},
        {"name": {}},
        {"line": 0},
        {"line": "1"},
        {"sip_code": 20},
        {"sip_code": "486"},
        {"provider_code": []},
        {"external": "sip"},
        {"external": [["sip"]]},
        {"external": [["sip", ""]]},
        {"external": [["sip", 1]]},
        {"external": [["s", "v"]] * 9},
    ],
    ids=str,
)
def test_malformed_event_is_refused_with_a_message(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadEvent, match=r"^.+\.$"):
        parse({**RINGING, **wrong})


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
fields = st.sampled_from(
    [*RINGING, "consults", "ended_by", "by", "cause", "sip_code", "provider_code"]
)


@given(st.dictionaries(fields, json) | json, st.booleans())
def test_any_input_is_read_or_refused(said: Any, well_begun: bool) -> None:
    message = {**RINGING, **said} if well_begun and isinstance(said, dict) else said
    try:
        event = parse(message)
    except BadEvent:
        return
    assert event.call or event.type not in ABOUT_CALL
