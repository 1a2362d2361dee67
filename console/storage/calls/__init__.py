"""Calls in the database: the rows of domain.call.Call."""

from __future__ import annotations

from .agent_extensions import colleague, extensions
from .call_history import Cursor, history, with_number, with_numbers
from .external_ids import bind, by_external_id, sharing_external_id
from .rows import (
    OPEN_STATES,
    around,
    ended_of_agent,
    get,
    of_agent,
    of_conversation,
    open_of_agents,
    open_with_connection,
    save,
)

__all__ = [
    "OPEN_STATES",
    "Cursor",
    "around",
    "bind",
    "by_external_id",
    "colleague",
    "ended_of_agent",
    "extensions",
    "get",
    "history",
    "of_agent",
    "of_conversation",
    "open_of_agents",
    "open_with_connection",
    "save",
    "sharing_external_id",
    "with_number",
    "with_numbers",
]
