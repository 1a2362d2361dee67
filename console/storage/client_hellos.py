"""Hellos of clients: the row of each client follows its newest socket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, case, insert, select, tuple_, update
from sqlalchemy.orm import Session

from .models import Client

# Plain rows, and statements that are built once: they run for every client of a restarted server.
_TABLE = cast(Table, Client.__table__)
_THESE = tuple_(_TABLE.c.agent_id, _TABLE.c.id).in_(bindparam("pairs", expanding=True))
_READ = ("event_n", "worker", "microphone", "registered", "heard_at", "serial")
_WRITTEN = (
    "browser",
    "view",
    "place",
    "session_id",
    "worker",
    "arrived_at",
    "heard_at",
    "used_at",
    "serial",
)
_LOCK = (
    select(_TABLE.c.agent_id, _TABLE.c.id, *(_TABLE.c[name] for name in _READ))
    .where(_THESE)
    .order_by(_TABLE.c.agent_id, _TABLE.c.id)
    .with_for_update()
)
_PREVIOUS_ID = case(
    (bindparam("new_previous_id") == "", _TABLE.c.previous_id), else_=bindparam("new_previous_id")
)
_UPDATE = (
    update(_TABLE)
    .where(_TABLE.c.agent_id == bindparam("of_agent"), _TABLE.c.id == bindparam("of_client"))
    .values({name: bindparam(f"new_{name}") for name in _WRITTEN} | {"previous_id": _PREVIOUS_ID})
)
_INSERT = insert(_TABLE).values(
    event_n=0, audible=False, microphone="unknown", registered=False, visible=True
)


@dataclass(frozen=True, slots=True)
class ClientBefore:
    """The row of a client before its hello. `worker`: the one with its socket; empty: none."""

    event_n: int = 0
    worker: str = ""
    microphone: str = "unknown"
    registered: bool = False
    heard_at: int = 0
    serial: int = 0


def save_hellos(
    session: Session, hellos: Sequence[dict[str, Any]]
) -> dict[tuple[str, str], ClientBefore]:
    """Writes the rows of these clients, which keep their event numbers: (agent, client) → before.

    The rows are locked before they are read. A hello of an older socket than the stored one
    changes nothing: a stopped worker delivers it late.
    """
    by_serial = sorted(hellos, key=lambda one: int(one["serial"]))
    facts = {(one["agent_id"], one["id"]): one for one in by_serial}
    before = {
        (agent, client): ClientBefore(*known)
        for agent, client, *known in session.execute(_LOCK, {"pairs": list(facts)})
    }
    known = [
        _update(pair, facts[pair])
        for pair, row in before.items()
        if not is_older_socket(facts[pair]["serial"], row.serial)
    ]
    fresh = [one for pair, one in facts.items() if pair not in before]
    if known:
        session.execute(_UPDATE, known)
    if fresh:
        session.execute(_INSERT, fresh)
    return {pair: before.get(pair, ClientBefore()) for pair in facts}


def _update(pair: tuple[str, str], facts: dict[str, Any]) -> dict[str, Any]:
    values = {f"new_{name}": facts[name] for name in (*_WRITTEN, "previous_id")}
    return {"of_agent": pair[0], "of_client": pair[1], **values}


def is_older_socket(serial: int, newest: int) -> bool:
    """Whether a socket with this serial number precedes the newest; 0: a page without serials."""
    return 0 < serial < newest
