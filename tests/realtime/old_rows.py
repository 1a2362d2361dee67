"""Rows of a chosen age, and a retention that keeps all for ten days."""

from __future__ import annotations

from typing import Any

import gevent

from console.config import Settings
from console.realtime.retention import Retention
from console.storage import models
from console.storage.accounts import DAY, HOUR, Accounts, SessionAge
from tests.cast import CONNECTION, Cast


def keeper(cast_: Cast, **kept: float) -> Retention:
    """Keeps every kind for ten days, unless it is named."""
    days = {
        f"keep_{name}_days": 10.0
        for name in (
            "journal",
            "unknown_event",
            "lease_history",
            "client",
            "call",
            "note",
            "availability_change",
            "contact_change",
        )
    }
    settings = Settings(**{**days, **{f"keep_{name}_days": value for name, value in kept.items()}})
    accounts = Accounts(cast_.database, SessionAge(whole=30 * DAY, idle=12 * HOUR))
    return Retention(cast_.database, accounts, settings, pause=lambda: gevent.sleep(0))


def add(cast_: Cast, *rows: Any) -> None:
    with cast_.database.write() as session:
        for row in rows:
            session.add(row)
            session.flush()


def days_ago(cast_: Cast, days: float) -> int:
    with cast_.database.read() as session:
        return cast_.database.now(session) - round(days * DAY)


def call(
    cast_: Cast, id: str, age: float, state: str = "ended", conversation: str = "", **facts: Any
) -> models.Call:
    at = days_ago(cast_, age)
    return models.Call(
        **{
            "id": id,
            "conversation_id": conversation or id,
            "organisation_id": "home",
            "connection_id": CONNECTION,
            "agent_id": "alice",
            "client_call_id": id,
            "direction": "inbound",
            "state": state,
            "started_at": at,
            "last_seen_at": at,
            "hold_marks": [],
            "mute_marks": [],
            "note": "a note",
            **facts,
        }
    )


def ids(cast_: Cast, kind: Any, column: str = "id") -> set[Any]:
    with cast_.database.read() as session:
        return {getattr(row, column) for row in session.query(kind)}
