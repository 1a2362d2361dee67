"""The tables of the neutral vocabulary: what ends a call, which states are open, and how a
microphone can be.

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


# The states in which nobody hears the agent, worst first, each with its code: a command's refusal
# and the reason why no call reaches the agent.
MICROPHONE_PROBLEMS: Final[Mapping[MicrophoneState, str]] = {
    MicrophoneState.denied: "microphone_denied",
    MicrophoneState.none: "no_microphone",
    MicrophoneState.busy: "microphone_busy",
}
# With one of these no phone of the agent can take a call; a busy one may be free again in time.
NO_MICROPHONE: Final = (MicrophoneState.denied, MicrophoneState.none)


def for_browser() -> dict[str, Any]:
    return {
        "call_ends": list(CALL_ENDS),
        "phone_ends": list(PHONE_ENDS),
        "open_states": list(OPEN_STATES),
        "microphone_problems": dict(MICROPHONE_PROBLEMS),
    }
