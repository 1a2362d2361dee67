"""The tables of the neutral vocabulary: events that end a call, open states, states of a
microphone.

A page and a phone frame receive them as `for_browser` writes them and hold no copy of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from .enums import CallState, Cause, EndedBy, EventType

# The events that end a call, with the cause and the side where the event itself names none.
CALL_ENDS: Final[Mapping[EventType, tuple[Cause | None, EndedBy | None]]] = {
    EventType.ended: (None, None),
    EventType.failed: (Cause.failed, None),
    EventType.missed: (Cause.missed, EndedBy.remote),
    EventType.transferred: (Cause.transferred, EndedBy.agent),
}
# After `transferred` a phone still carries its part of the call, and reports its end.
PHONE_ENDS: Final = tuple(each for each in CALL_ENDS if each is not EventType.transferred)
OPEN_STATES: Final = tuple(state for state in CallState if state is not CallState.ended)


class MicrophoneState(StrEnum):
    ok = "ok"
    denied = "denied"
    none = "none"
    busy = "busy"
    unknown = "unknown"


# The states in which the agent cannot be heard, worst first. Their codes refuse a command and
# explain why no call reaches the agent.
MICROPHONE_PROBLEMS: Final[Mapping[MicrophoneState, str]] = {
    MicrophoneState.denied: "microphone_denied",
    MicrophoneState.none: "no_microphone",
    MicrophoneState.busy: "microphone_busy",
}
# No phone of the agent can take a call in these states. A busy microphone may be free in time.
NO_MICROPHONE: Final = (MicrophoneState.denied, MicrophoneState.none)


def for_browser() -> dict[str, Any]:
    return {
        "call_ends": list(CALL_ENDS),
        "phone_ends": list(PHONE_ENDS),
        "open_states": list(OPEN_STATES),
        "microphone_problems": dict(MICROPHONE_PROBLEMS),
        "no_microphone": list(NO_MICROPHONE),
    }
