"""Whether a call reaches an agent now, else the reason: one rule for all pages and commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .enums import Cause, EventType
from .events import CallEvent
from .vocabulary import MICROPHONE_PROBLEMS


class LineState(StrEnum):
    """The last report of a line's phone."""

    starting = "starting"
    connected = "connected"
    registered = "registered"
    unregistered = "unregistered"
    disconnected = "disconnected"
    refused = "refused"
    elsewhere = "elsewhere"  # the phone system moved the agent's audio to a page outside Console


class Unreachable(StrEnum):
    """The reason why no call reaches the agent, transient reasons first."""

    not_registered = "not_registered"
    connecting = "connecting"
    disconnected = "disconnected"
    device_unreachable = "device_unreachable"
    voice_elsewhere = "voice_elsewhere"
    microphone_busy = "microphone_busy"
    no_microphone = "no_microphone"
    microphone_denied = "microphone_denied"
    registration_refused = "registration_refused"
    owner_silent = "owner_silent"
    no_owner = "no_owner"
    no_line = "no_line"


@dataclass(frozen=True, slots=True)
class Line:
    """`on_device`: its calls ring on a phone of the agent, not in the browser."""

    connection: str
    state: LineState
    on_device: bool = False


@dataclass(frozen=True, slots=True)
class Owner:
    """The client that holds the phone. `heard`: it is connected and answers."""

    heard: bool = True
    microphone: str = "unknown"


@dataclass(frozen=True, slots=True)
class Reach:
    """`lines_down`: the connections that do not reach an agent who is reachable on others."""

    why: Unreachable | None = None
    lines_down: tuple[str, ...] = ()

    @property
    def reachable(self) -> bool:
        return self.why is None

    @property
    def may_become_available(self) -> bool:
        """An unregistered phone is no obstacle: some phones register for available agents only."""
        return self.why in (None, Unreachable.not_registered)


_MICROPHONE = {str(state): Unreachable(code) for state, code in MICROPHONE_PROBLEMS.items()}
_PROBLEM = {
    LineState.starting: Unreachable.connecting,
    LineState.connected: Unreachable.not_registered,
    LineState.unregistered: Unreachable.not_registered,
    LineState.disconnected: Unreachable.disconnected,
    LineState.refused: Unreachable.registration_refused,
    LineState.elsewhere: Unreachable.voice_elsewhere,
}
_ON_ITS_WAY = frozenset({LineState.starting, LineState.connected})
_ORDER = list(Unreachable)


def reach(lines: Sequence[Line], owner: Owner | None) -> Reach:
    if not lines:
        return Reach(Unreachable.no_line)
    if owner is None:
        return Reach(Unreachable.no_owner)
    if not owner.heard:
        return Reach(Unreachable.owner_silent)
    problems = [(line, _problem(line, owner)) for line in lines]
    found = [problem for _, problem in problems if problem]
    if len(found) == len(lines):
        return Reach(min(found, key=_ORDER.index))
    return Reach(
        None, tuple(line.connection for line, problem in problems if _is_down(line, problem))
    )


def _problem(line: Line, owner: Owner) -> Unreachable | None:
    if not line.on_device and owner.microphone in _MICROPHONE:
        return _MICROPHONE[owner.microphone]
    if line.on_device and line.state is LineState.disconnected:
        return Unreachable.device_unreachable
    return _PROBLEM.get(line.state)


def _is_down(line: Line, problem: Unreachable | None) -> bool:
    return problem is not None and line.state not in _ON_ITS_WAY


LINE_EVENTS = frozenset(
    {
        EventType.connected,
        EventType.disconnected,
        EventType.registered,
        EventType.unregistered,
        EventType.registration_failed,
        EventType.ownership_changed,
    }
)
_STATE = {
    EventType.connected: LineState.connected,
    EventType.disconnected: LineState.disconnected,
    EventType.registered: LineState.registered,
}
_OUTLAST_UNREGISTERED = frozenset({LineState.disconnected, LineState.refused, LineState.elsewhere})


def line_state(before: LineState, event: CallEvent) -> LineState:
    """The state of a line after one of LINE_EVENTS."""
    if event.type is EventType.unregistered:
        return before if before in _OUTLAST_UNREGISTERED else LineState.unregistered
    if event.type is EventType.registration_failed:
        return LineState.disconnected if _is_transient(event) else LineState.refused
    if event.type is EventType.ownership_changed:
        return _after_ownership(before, event.raw.get("owner") is True)
    return _STATE[event.type]


def _after_ownership(before: LineState, here: bool) -> LineState:
    if not here:
        return LineState.elsewhere
    return LineState.connected if before is LineState.elsewhere else before


def _is_transient(event: CallEvent) -> bool:
    """Whether the phone retries by itself: after no answer and after a failure of the server."""
    code = event.sip_code
    return event.cause is Cause.unreachable or code == 408 or (code is not None and code >= 500)
