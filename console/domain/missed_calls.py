"""The changes of a call that may change the lists of missed calls."""

from __future__ import annotations

from .call import Call
from .enums import CallState


def may_change_missed_calls(before: Call | None, after: Call) -> bool:
    """Whether this change may change the missed calls. Open calls are handled while open."""
    if after.missed or (before is not None and before.missed):
        return True
    return after.state is CallState.ended and (before is None or _reach(before) != _reach(after))


def is_caller_reached(before: Call | None, after: Call) -> bool:
    """Whether an agent now talks to the caller or calls them: this settles the missed calls."""
    reached = after.outgoing or after.answered_at is not None
    return reached and (before is None or _reach(before) != _reach(after))


def _reach(call: Call) -> tuple[str, bool, bool]:
    return call.number, call.outgoing, call.answered_at is not None
