"""Numbers to call back: their rows, their lists, and the people who take them on."""

from __future__ import annotations

from .claims import claim, claimed_by_other, dismiss, lapsed, release
from .lists import (
    MOST,
    NOTHING_WAITS,
    CallbackList,
    CallbackState,
    CallbackView,
    audiences_of,
    listed,
    states_of,
    views,
)
from .rows import CallbackChange, KnownCallback, changed_numbers, find, number_of, refresh

__all__ = [
    "MOST",
    "NOTHING_WAITS",
    "CallbackChange",
    "CallbackList",
    "CallbackState",
    "CallbackView",
    "KnownCallback",
    "audiences_of",
    "changed_numbers",
    "claim",
    "claimed_by_other",
    "dismiss",
    "find",
    "lapsed",
    "listed",
    "number_of",
    "refresh",
    "release",
    "states_of",
    "views",
]
