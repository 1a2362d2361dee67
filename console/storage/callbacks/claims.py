"""Who calls back: claims, their end, and dismissals."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from ...domain.callbacks import CLAIM_MS
from .. import models
from .rows import KnownCallback, write

_ROW = cast(Table, models.Callback.__table__)


def claim(session: Session, organisation: str, number: str, user: str, now: int) -> None:
    write(session, organisation, number, claimed_by=user, claimed_at=now)


def release(session: Session, organisation: str, number: str) -> None:
    write(session, organisation, number, claimed_by=None, claimed_at=None)


def dismiss(
    session: Session, organisation: str, number: str, *, by: str, at: int, why: str
) -> None:
    write(session, organisation, number, dismissed_by=by, dismissed_at=at, dismissed_why=why)


def claimed_by_other(known: KnownCallback, user: str, now: int) -> bool:
    """Whether somebody else has claimed the number, and the claim has not lapsed."""
    row = known.columns
    by = row["claimed_by"]
    if by is None or by == user:
        return False
    tried_at = row["tried_at"] if row["tried_by"] == by else 0
    return bool(now - max(row["claimed_at"], tried_at) < CLAIM_MS)


_LAST = case(
    (
        and_(_ROW.c.tried_by == _ROW.c.claimed_by, _ROW.c.tried_at > _ROW.c.claimed_at),
        _ROW.c.tried_at,
    ),
    else_=_ROW.c.claimed_at,
)
_LAPSED = select(_ROW.c.organisation_id, _ROW.c.number).where(
    _ROW.c.claimed_by.is_not(None),
    _ROW.c.claimed_at <= bindparam("before"),
    func.coalesce(_LAST, 0) <= bindparam("before"),
)


def lapsed(session: Session, now: int) -> list[tuple[str, str]]:
    """(organisation, number) of each claim without a call for too long."""
    rows: Any = session.execute(_LAPSED, {"before": now - CLAIM_MS})
    return [(organisation, number) for organisation, number in rows]
