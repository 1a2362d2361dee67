"""The journal: one entry for each event, numbered per organisation without gaps.

The number comes from the organisation's counter row, which a transaction locks before its first
read and holds until its commit. So numbers become visible in order, a reader that has seen n has
seen all before n, and an entry is based on all entries before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from .models import JournalRow, Organisation


@dataclass(frozen=True, slots=True)
class JournalEntry:
    organisation: str
    seq: int
    at: int
    type: str
    payload: dict[str, Any]


_ORGANISATION, _JOURNAL = cast(Table, Organisation.__table__), cast(Table, JournalRow.__table__)
_RAISE = (
    update(_ORGANISATION)
    .where(_ORGANISATION.c.id == bindparam("organisation"))
    .values(seq=_ORGANISATION.c.seq + bindparam("count"))
    .returning(_ORGANISATION.c.seq)
)
_ADD = insert(_JOURNAL)
_POSITION = select(_ORGANISATION.c.seq).where(_ORGANISATION.c.id == bindparam("organisation"))
# key_share: rows that refer to the organisation may be added meanwhile.
_TURN = _POSITION.with_for_update(key_share=True)


def take_turn(session: Session, organisation: str) -> None:
    """Waits for all earlier transactions of the organisation; called before any read.

    On SQLite, a transaction that may write waits when it begins.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_TURN, {"organisation": organisation})


def append(
    session: Session, organisation: str, at: int, entries: list[tuple[str, dict[str, Any]]]
) -> list[JournalEntry]:
    """Numbers and stores the entries (type, payload) of a transaction that has taken its turn."""
    session.flush()
    last = session.scalar(_RAISE, {"organisation": organisation, "count": len(entries)})
    if last is None:
        raise LookupError(f"no organisation {organisation}")
    first = last - len(entries) + 1
    numbered = [
        JournalEntry(organisation, first + i, at, type, payload)
        for i, (type, payload) in enumerate(entries)
    ]
    rows = [
        {
            "organisation_id": organisation,
            "seq": entry.seq,
            "at": at,
            "type": entry.type,
            "payload": entry.payload,
        }
        for entry in numbered
    ]
    session.execute(_ADD, rows)
    return numbered


def position(session: Session, organisation: str) -> int:
    """The number of the last visible entry."""
    return session.scalar(_POSITION, {"organisation": organisation}) or 0


def after(session: Session, organisation: str, seq: int, limit: int = 1000) -> list[JournalEntry]:
    rows = session.scalars(
        select(JournalRow)
        .where(JournalRow.organisation_id == organisation, JournalRow.seq > seq)
        .order_by(JournalRow.seq)
        .limit(limit)
    )
    return [JournalEntry(organisation, row.seq, row.at, row.type, row.payload) for row in rows]
