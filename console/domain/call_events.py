"""The events of a call: the facts that each one reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .call import Call
from .call_merge import merge
from .enums import Direction, EndedBy, EventType
from .events import ABOUT_CALL, PHONE, CallEvent
from .vocabulary import CALL_ENDS


def begin(event: CallEvent, id: str, conversation: str) -> Call:
    """The call as this one event reports it. The first event of a call may be of any type."""
    if event.type not in ABOUT_CALL:
        raise ValueError(f"{event.type} is not about a call")
    of_phone = event.source == PHONE and event.call != ""
    outgoing = event.type is EventType.dialing or event.direction is Direction.outbound
    facts: dict[str, Any] = {
        "direction": event.direction or (Direction.outbound if outgoing else Direction.inbound),
        "outgoing": outgoing,
        "number": event.number,
        "name": event.name,
        "hotline": event.hotline,
        "line": event.line,
        "consults": event.consults,
        "last_seen_at": 0 if event.ended_by is EndedBy.system else event.at,
        "epoch": event.epoch if of_phone else 0,
        "carrier": event.client if of_phone else None,
    }
    if event.type is EventType.note_saved:  # any client may write it, without the call's audio
        of_phone, facts = False, {}
    facts |= _FACTS.get(event.type, _no_facts)(event)
    return Call(
        id,
        conversation,
        event.organisation,
        event.connection,
        event.agent,
        event.at,
        event.call if of_phone else id,
        **facts,
    )


def apply(call: Call, event: CallEvent) -> Call:
    """The call after this event; the same object when the event adds nothing."""
    if event.type not in ABOUT_CALL:
        return call
    return merge(call, begin(event, call.id, call.conversation))


def _no_facts(event: CallEvent) -> dict[str, Any]:
    return {}


def _hold_mark(event: CallEvent) -> dict[str, Any]:
    """A held call was answered, even where the answer was never reported."""
    return {
        "answered_at": event.at,
        "hold_marks": ((event.at, event.type is EventType.held, event.by),),
    }


def _mute_mark(event: CallEvent) -> dict[str, Any]:
    return {"mute_marks": ((event.at, event.type is EventType.muted),)}


def _ended(event: CallEvent) -> dict[str, Any]:
    cause, ended_by = CALL_ENDS[event.type]
    return {
        "ended_at": event.at,
        "ended_by": event.ended_by or ended_by,
        "reported_cause": event.cause or cause,
        "provider_code": event.provider_code,
        "sip_code": event.sip_code,
    }


_FACTS: Mapping[EventType, Callable[[CallEvent], dict[str, Any]]] = {
    EventType.answered: lambda event: {"answered_at": event.at},
    EventType.held: _hold_mark,
    EventType.resumed: _hold_mark,
    EventType.muted: _mute_mark,
    EventType.unmuted: _mute_mark,
    EventType.quality_alert: lambda event: {"quality": event.quality},
    EventType.note_saved: lambda event: {
        "note": str(event.raw.get("text", "")),
        "note_at": event.at,
    },
    **dict.fromkeys(CALL_ENDS, _ended),
}
