"""Events for the tests of the domain: one call of Alice's, reported by Alice's phone by default."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from console.domain.call import Call
from console.domain.call_events import apply, begin
from console.domain.enums import EventType
from console.domain.events import CallEvent

START = 1_700_000_000_000
ALICE = CallEvent(
    EventType.ringing,
    START,
    "demo",
    "pbx",
    "alice",
    call="p-1",
    number="+84912345678",
    client="tab-1",
    epoch=1,
)


def phone_event(type: EventType, second: float = 0, **changes: Any) -> CallEvent:
    return replace(ALICE, type=type, at=START + round(second * 1000), **changes)


def webhook_event(type: EventType, second: float = 0, **changes: Any) -> CallEvent:
    return phone_event(
        type, second, **{"source": "pbx", "call": "uuid-7", "client": None, "epoch": 0, **changes}
    )


def call_of(*events: CallEvent, id: str = "call-1") -> Call:
    call = begin(events[0], id, "conversation-1")
    for event in events[1:]:
        call = apply(call, event)
    return call
