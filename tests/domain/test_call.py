from __future__ import annotations

import pytest

from console.domain.call_events import apply, begin
from console.domain.call_merge import merge, still_alive
from console.domain.enums import CallState, Cause, Direction, EndedBy, EventType
from console.domain.events import CallEvent

from .call_samples import START, call_of, phone_event, webhook_event

RINGING = phone_event(EventType.ringing, direction=Direction.inbound)
DIALING = phone_event(EventType.dialing, direction=Direction.outbound)
ANSWERED = phone_event(EventType.answered, 3)
SYSTEM_END = webhook_event(EventType.ended, 20, ended_by=EndedBy.system, cause=Cause.failed)


def ended(second: float, cause: Cause | None, by: EndedBy = EndedBy.remote) -> CallEvent:
    return phone_event(EventType.ended, second, cause=cause, ended_by=by)


def test_states_of_a_call_from_ring_to_end() -> None:
    steps = [
        RINGING,
        ANSWERED,
        phone_event(EventType.held, 5),
        phone_event(EventType.resumed, 9),
        ended(30, Cause.completed, EndedBy.agent),
    ]
    states = [call_of(*steps[: n + 1]).state for n in range(len(steps))]
    assert states == [
        CallState.ringing,
        CallState.active,
        CallState.held,
        CallState.active,
        CallState.ended,
    ]
    call = call_of(*steps)
    assert (call.started_at, call.answered_at, call.ended_at) == (
        START,
        START + 3000,
        START + 30_000,
    )
    assert (call.hold_seconds, call.ended_by, call.cause, call.missed) == (
        4,
        EndedBy.agent,
        Cause.completed,
        False,
    )


def test_an_outbound_call_dials() -> None:
    assert call_of(DIALING).state is CallState.dialing
    assert call_of(DIALING).direction is Direction.outbound


@pytest.mark.parametrize(
    ("first", "state"), [(DIALING, CallState.dialing), (RINGING, CallState.ringing)]
)
def test_internal_call_keeps_its_dialling_side(first: CallEvent, state: CallState) -> None:
    call = call_of(first, phone_event(EventType.quality_alert, 1, direction=Direction.internal))
    assert (call.direction, call.state) == (Direction.internal, state)
    assert apply(call, phone_event(EventType.missed, 9)).missed == (first is RINGING)


def test_first_event_of_a_call_may_be_its_end() -> None:
    call = call_of(ended(30, Cause.busy), DIALING)
    assert (call.state, call.started_at, call.direction) == (
        CallState.ended,
        START,
        Direction.outbound,
    )


def test_other_events_neither_begin_nor_change_a_call() -> None:
    call = call_of(RINGING)
    assert apply(call, phone_event(EventType.registered, 1)) is call
    with pytest.raises(ValueError, match="not about a call"):
        begin(phone_event(EventType.registered), "call-1", "conversation-1")


def test_reported_end_replaces_the_systems_end() -> None:
    call = call_of(RINGING, ANSWERED, SYSTEM_END)
    assert (call.ended_by, call.cause) == (EndedBy.system, Cause.failed)
    true = apply(call, ended(12, Cause.completed, EndedBy.agent))
    assert (true.ended_at, true.ended_by, true.cause) == (
        START + 12_000,
        EndedBy.agent,
        Cause.completed,
    )
    assert apply(true, phone_event(EventType.muted, 40)).state is CallState.ended


@pytest.mark.parametrize(
    "life", [phone_event(EventType.held, 25), phone_event(EventType.unmuted, 21)]
)
def test_later_sign_of_life_voids_the_systems_end(life: CallEvent) -> None:
    call = apply(call_of(RINGING, ANSWERED, SYSTEM_END), life)
    assert call.state in (CallState.active, CallState.held)
    assert (call.ended_at, call.ended_by, call.cause, call.sip_code) == (None, None, None, None)
    assert apply(call, SYSTEM_END) is call


def test_carrier_that_holds_the_call_voids_the_systems_end() -> None:
    call = call_of(RINGING, ANSWERED, SYSTEM_END)
    assert still_alive(call, START + 19_000).state is CallState.ended
    assert still_alive(call, START + 20_001).state is CallState.active
    assert still_alive(call, START) is call


def test_earlier_of_two_equal_ends_counts() -> None:
    call = call_of(
        ANSWERED,
        ended(31, Cause.completed, EndedBy.agent),
        ended(30, Cause.completed, EndedBy.remote),
    )
    assert (call.ended_at, call.ended_by) == (START + 30_000, EndedBy.remote)


def test_call_answered_elsewhere_is_not_missed_after_a_cancel() -> None:
    cancelled = call_of(RINGING, ended(8, Cause.cancelled))
    assert cancelled.missed
    taken = apply(cancelled, webhook_event(EventType.missed, 9, cause=Cause.answered_elsewhere))
    assert (taken.cause, taken.missed) == (Cause.answered_elsewhere, False)


@pytest.mark.parametrize(
    ("end", "missed"),
    [
        (ended(9, Cause.cancelled), True),
        (ended(9, Cause.no_answer), True),
        (ended(9, Cause.failed, EndedBy.system), True),
        (phone_event(EventType.missed, 9), True),
        (ended(9, None), True),
        (ended(9, Cause.rejected, EndedBy.agent), False),
        (ended(9, None, EndedBy.agent), False),
        (ended(9, Cause.answered_elsewhere), False),
    ],
)
def test_unanswered_call_is_missed_unless_rejected_or_taken(end: CallEvent, missed: bool) -> None:
    assert call_of(RINGING, end).missed is missed
    assert not call_of(DIALING, end).missed
    assert not call_of(RINGING, ANSWERED, end).missed


@pytest.mark.parametrize(
    ("events", "cause"),
    [
        ((RINGING, ANSWERED, ended(9, None)), Cause.completed),
        ((DIALING, ended(9, None)), Cause.no_answer),
        ((DIALING, ended(9, None, EndedBy.agent)), Cause.cancelled),
        ((DIALING, phone_event(EventType.failed, 9)), Cause.failed),
        ((RINGING, ANSWERED, phone_event(EventType.transferred, 9)), Cause.transferred),
        ((RINGING, ANSWERED), None),
    ],
)
def test_end_without_a_cause_gets_it_from_the_other_facts(
    events: tuple[CallEvent, ...], cause: Cause | None
) -> None:
    assert call_of(*events).cause is cause


def test_call_held_by_both_sides_is_held_until_both_resume() -> None:
    both = [
        ANSWERED,
        phone_event(EventType.held, 10),
        phone_event(EventType.held, 12, by="remote"),
        phone_event(EventType.resumed, 15),
    ]
    call = call_of(*both)
    assert (call.state, call.held_since, call.held_by) == (CallState.held, START + 10_000, "remote")
    assert apply(call, phone_event(EventType.resumed, 20, by="remote")).hold_seconds == 10


def test_a_hold_ends_with_the_call() -> None:
    call = call_of(
        ANSWERED,
        phone_event(EventType.held, 10),
        ended(16, Cause.completed),
        phone_event(EventType.resumed, 18),
    )
    assert (call.hold_seconds, call.held_since, call.muted) == (6, None, False)


def test_a_hold_proves_that_the_call_was_answered() -> None:
    assert call_of(RINGING, phone_event(EventType.held, 10)).answered_at == START + 10_000
    assert call_of(RINGING, phone_event(EventType.held, 10), ANSWERED).answered_at == START + 3000


def test_latest_mute_report_counts() -> None:
    assert (
        call_of(ANSWERED, phone_event(EventType.unmuted, 8), phone_event(EventType.muted, 6)).muted
        is False
    )
    assert (
        call_of(ANSWERED, phone_event(EventType.muted, 8), phone_event(EventType.unmuted, 6)).muted
        is True
    )


def test_phones_id_identifies_the_card_even_after_a_webhook() -> None:
    webhook_first = call_of(webhook_event(EventType.ringing))
    assert (webhook_first.client_call_id, webhook_first.carrier, webhook_first.epoch) == (
        "call-1",
        None,
        0,
    )
    known = apply(webhook_first, RINGING)
    assert (known.client_call_id, known.carrier, known.epoch) == ("p-1", "tab-1", 1)


def test_a_moved_call_is_carried_by_the_new_epoch() -> None:
    moved = call_of(
        phone_event(EventType.answered, 3, epoch=2, call="p-2", client="tab-2"), ANSWERED
    )
    assert (moved.client_call_id, moved.carrier, moved.epoch) == ("p-2", "tab-2", 2)


def test_end_by_the_system_keeps_the_carrier() -> None:
    call = call_of(RINGING, phone_event(EventType.ended, 20, ended_by=EndedBy.system, client=None))
    assert (call.client_call_id, call.carrier) == ("p-1", "tab-1")


def test_note_from_another_tab_keeps_the_carrier() -> None:
    call = call_of(
        RINGING,
        phone_event(EventType.note_saved, 50, client="tab-9", epoch=7, raw={"text": "call back"}),
    )
    assert (call.note, call.note_at, call.carrier, call.epoch, call.last_seen_at) == (
        "call back",
        START + 50_000,
        "tab-1",
        1,
        START,
    )
    assert apply(call, phone_event(EventType.note_saved, 40, raw={"text": "older"})) is call


def test_note_gives_no_client_call_id_to_an_uncarried_call() -> None:
    call = call_of(
        webhook_event(EventType.ringing),
        phone_event(EventType.note_saved, 50, call="p-9", raw={"text": "call back"}),
    )
    assert (call.note, call.client_call_id, call.carrier) == ("call back", "call-1", None)


def test_two_rows_of_one_call_merge_into_the_first() -> None:
    feed = call_of(webhook_event(EventType.ringing, 1, name="Bob"), id="call-1")
    phone = call_of(phone_event(EventType.ringing, 0), ANSWERED, id="call-2")
    merged = merge(feed, phone)
    assert (merged.id, merged.client_call_id, merged.name, merged.started_at, merged.state) == (
        "call-1",
        "p-1",
        "Bob",
        START,
        CallState.active,
    )
    assert (
        merge(
            call_of(webhook_event(EventType.ringing)),
            call_of(webhook_event(EventType.ringing), id="call-2"),
        ).client_call_id
        == "call-1"
    )
