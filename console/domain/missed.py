"""Which changes of a call may change the lists of missed calls."""

from __future__ import annotations

from .call import Call
from .enums import CallState


def may_wait(before: Call | None, after: Call) -> bool:
    """Whether this may change which missed calls wait.

    Who talks or dials just now is seen by the call itself while it lasts.
    """
    if after.missed or (before is not None and before.missed):
        return True
    return after.state is CallState.ended and (before is None or _reach(before) != _reach(after))


def is_reached(before: Call | None, after: Call) -> bool:
    """Somebody talks to the caller now, or calls them: the missed calls of this number are done."""
    reached = after.outgoing or after.answered_at is not None
    return reached and (before is None or _reach(before) != _reach(after))


def _reach(call: Call) -> tuple[str, bool, bool]:
    return call.number, call.outgoing, call.answered_at is not None
