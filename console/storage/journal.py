"""The journal: one line for everything that happened, numbered per organisation without gaps.

The number comes from the organisation's counter row, raised as the last statement of the transaction: its row lock
is held until the commit, so numbers become visible in order, and a reader who has seen n has seen all before n.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from .models import JournalLine, Organisation


@dataclass(frozen=True, slots=True)
class Line:
    organisation: str
    seq: int
    at: int
    type: str
    payload: dict[str, Any]


_ORGANISATION, _JOURNAL = cast(Table, Organisation.__table__), cast(Table, JournalLine.__table__)
_RAISE = (
    update(_ORGANISATION)
    .where(_ORGANISATION.c.id == bindparam("organisation"))
    .values(seq=_ORGANISATION.c.seq + bindparam("count"))
    .returning(_ORGANISATION.c.seq)
)
_ADD = insert(_JOURNAL)
_POSITION = select(_ORGANISATION.c.seq).where(_ORGANISATION.c.id == bindparam("organisation"))


def append(session: Session, organisation: str, at: int, entries: list[tuple[str, dict[str, Any]]]) -> list[Line]:
    """Numbers and stores the entries (type, payload). Call it last: nobody of the organisation commits in between."""
    session.flush()
    last = session.scalar(_RAISE, {"organisation": organisation, "count": len(entries)})
    if last is None:
        raise LookupError(f"no organisation {organisation}")
    first = last - len(entries) + 1
    lines = [Line(organisation, first + i, at, type, payload) for i, (type, payload) in enumerate(entries)]
    session.execute(
        _ADD,
        [{"organisation_id": organisation, "seq": x.seq, "at": at, "type": x.type, "payload": x.payload} for x in lines],
    )
    return lines


def position(session: Session, organisation: str) -> int:
    """The number of the last line that is visible now."""
    return session.scalar(_POSITION, {"organisation": organisation}) or 0


def after(session: Session, organisation: str, seq: int, limit: int = 1000) -> list[Line]:
    rows = session.scalars(
        select(JournalLine).where(JournalLine.organisation_id == organisation, JournalLine.seq > seq).order_by(JournalLine.seq).limit(limit)
    )
    return [Line(organisation, row.seq, row.at, row.type, row.payload) for row in rows]
