"""Limits of rules: the last value that is accepted, and the first that is not."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain.call_events import apply
from console.domain.contacts import clean_name, label, names_nobody
from console.domain.enums import Cause, EndedBy, EventType
from console.domain.events import BadEvent, CallEvent, parse_phone_event
from console.domain.holds import Holds, holds_of
from console.domain.numbers import BadNumber, Dialled, NumberFault, parse, public_number
from console.domain.quality import Quality
from console.domain.reachability import LineState, line_state
from console.domain.sip_causes import cause_of_sip

from .call_samples import START, call_of, phone_event

EVENT = {"type": "ringing", "at": START, "connection": "pbx", "call": "p-1"}
ALERT = {
    **EVENT,
    "type": "quality_alert",
    "level": "poor",
    "cause": "your_network",
    "mos": 3,
    "jitter_ms": 0,
    "loss_pct": 0,
    "rtt_ms": 0,
}


def read(**changes: Any) -> CallEvent:
    return parse_phone_event(
        {**EVENT, **changes}, organisation="demo", agent="alice", client="tab-1", epoch=1
    )


def sound(**changes: Any) -> Quality:
    alert = {name: value for name, value in {**ALERT, **changes}.items() if value is not None}
    quality = parse_phone_event(
        alert, organisation="demo", agent="alice", client="tab-1", epoch=1
    ).quality
    assert quality is not None
    return quality


@pytest.mark.parametrize(
    ("field", "taken", "refused"),
    [
        ("line", (1, 9), (0, 10)),
        ("sip_code", (100, 699), (99, 700)),
        ("by", ("agent", "remote"), ("Agent", "both")),
        ("call", ("a" * 64, "A.Z_0:9@b-c"), ("a" * 65, "a b", "a/b")),
        ("cause", ("busy", "x" * 64), ("x" * 65,)),
        ("provider_code", ("x" * 64,), ("x" * 65,)),
        (
            "external",
            ([["k" * 16, "v" * 200]] * 8,),
            ([["k", "v"]] * 9, [["k" * 17, "v"]], [["k", "v" * 201]]),
        ),
    ],
)
def test_field_limits_are_inclusive(
    field: str, taken: tuple[object, ...], refused: tuple[object, ...]
) -> None:
    type = {"by": "held", "cause": "ended", "provider_code": "ended", "sip_code": "ended"}.get(
        field, "ringing"
    )
    for value in taken:
        read(type=type, **{field: value})
    for value in refused:
        with pytest.raises(BadEvent):
            read(type=type, **{field: value})


def test_call_without_a_line_is_on_the_first() -> None:
    assert read().line == 1


@pytest.mark.parametrize(
    ("field", "least", "most", "below", "above"),
    [
        ("mos", 1, 5, 0.9, 5.1),
        ("jitter_ms", 0, 60_000, -1, 60_001),
        ("loss_pct", 0, 100, -1, 101),
        ("rtt_ms", 0, 60_000, -1, 60_001),
    ],
)
def test_quality_values_stay_within_their_limits(
    field: str, least: float, most: float, below: float, above: float
) -> None:
    for value in (least, most):
        assert getattr(sound(**{field: value}), field) == value
    for value in (below, above):
        with pytest.raises(BadEvent):
            sound(**{field: value})


def test_missing_jitter_and_loss_are_zero() -> None:
    assert (sound(jitter_ms=None).jitter_ms, sound(loss_pct=None).loss_pct) == (0, 0)


@pytest.mark.parametrize(("digits", "is_extension"), [("123456", True), ("1234567", False)])
def test_short_digits_are_an_extension(digits: str, is_extension: bool) -> None:
    """Numbers too long for a public number are dialled unchanged and are no extensions."""
    with pytest.raises(BadNumber) as refused:
        public_number(digits, "VN")
    assert (refused.value.code is NumberFault.extension) == is_extension
    assert str(refused.value) == refused.value.code.value


def test_short_national_number_is_an_extension() -> None:
    """Iceland's numbers have seven digits, those of the Solomon Islands five."""
    assert parse("20123", "SB") == Dialled(None, "20123", "20123")
    assert parse("5511234", "IS").e164 == "+3545511234"
    assert parse("+677 20123", "VN").e164 == "+67720123"


def test_star_code_is_dialled_unchanged() -> None:
    assert parse("*0912345678", "VN") == Dialled(None, "*0912345678", "*0912345678")


def test_control_characters_of_a_copied_number_are_dropped() -> None:
    assert parse("0912\x07345678", "VN").e164 == "+84912345678"


def test_number_has_at_most_15_digits() -> None:
    assert parse("9" * 15, "VN").number == "9" * 15
    with pytest.raises(BadNumber):
        parse("9" * 16, "VN")


@pytest.mark.parametrize(
    "unseen", ["\x07", "\u200b", "\ud800", "\ue000", "\u0378"], ids=["Cc", "Cf", "Cs", "Co", "Cn"]
)
def test_name_has_no_invisible_characters(unseen: str) -> None:
    assert clean_name(f"Bo{unseen}b\tLê") == "Bob Lê"


def test_six_digits_are_no_name() -> None:
    assert names_nobody("123 456", "0900") and not names_nobody("12345", "0900")


def test_holds_add_up_until_the_end_of_the_call() -> None:
    marks = (
        (1_000, True, "agent"),
        (3_000, False, "agent"),
        (5_000, True, "remote"),
        (9_000, False, "remote"),
    )
    assert holds_of(marks, None).total == 6_000
    assert holds_of((*marks, (10_000, True, "agent")), 11_500).total == 7_500
    assert holds_of(((1_000, True, "agent"), (4_000, False, "agent")), 4_000) == Holds(
        None, frozenset(), 3_000
    )
    assert holds_of((), 1_000).total == 0


@pytest.mark.parametrize(
    ("code", "cause"),
    [(486, Cause.busy), (499, Cause.failed), (302, Cause.failed), (700, Cause.failed)],
)
def test_unknown_sip_code_is_a_failure(code: int, cause: Cause) -> None:
    assert cause_of_sip(code) == cause


@pytest.mark.parametrize(
    ("code", "state"),
    [(408, "disconnected"), (500, "disconnected"), (499, "refused"), (403, "refused")],
)
def test_unreachable_phone_system_is_no_refusal(code: int, state: str) -> None:
    assert line_state(
        LineState.starting, phone_event(EventType.registration_failed, sip_code=code)
    ) == LineState(state)


def test_end_with_an_ending_side_counts() -> None:
    ringing = call_of(phone_event(EventType.ringing), phone_event(EventType.answered, 1))
    bare, known = (
        phone_event(EventType.ended, 5),
        phone_event(EventType.ended, 6, ended_by=EndedBy.remote),
    )
    for first, second in ((bare, known), (known, bare)):
        ended = apply(apply(ringing, first), second)
        assert (ended.ended_by, ended.ended_at) == (EndedBy.remote, START + 6_000)


def test_label_that_fits_is_not_shortened() -> None:
    assert label(["B" * 200]) == "B" * 200
    assert label(["B" * 201]) == "B" * 199 + "…"


def test_e164_number_counts_over_a_longer_one() -> None:
    short, long = "+84912345678", "00849123456789"
    for first, second in ((short, long), (long, short)):
        assert (
            apply(
                call_of(phone_event(EventType.ringing, number=first)),
                phone_event(EventType.ringing, 1, number=second),
            ).number
            == short
        )
