"""Numbers to call back as templates and the journal carry them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, TypedDict, cast

from sqlalchemy import Select, Table, bindparam, select
from sqlalchemy.orm import Session

from ...domain.numbers import shown
from .. import models
from ..agents import teams_seen_by

_ROW, _SHARED, _USER, _CONNECTION, _ORGANISATION = (
    cast(Table, model.__table__)
    for model in (
        models.Callback,
        models.CallbackAudience,
        models.User,
        models.Connection,
        models.Organisation,
    )
)
MOST = 100  # rows in one list; the history has the others


class CallbackView(TypedDict):
    """A number that waits for a call back; times in ms UTC.

    `calls`: its missed conversations, of which the first was at `since` and the last at `at`.
    """

    number: str
    shown: str
    name: str
    since: int
    at: int
    calls: int
    connection: str
    tries: int
    tried_at: int | None
    tried_by: str
    claimed_by: str
    claimed_name: str
    claimed_at: int | None
    audiences: list[str]


class CallbackList(NamedTuple):
    """The newest numbers first. `is_cut`: older ones exist."""

    rows: list[CallbackView]
    is_cut: bool


NOTHING_WAITS = CallbackList([], is_cut=False)
_CLAIMER, _CALLER = _USER.alias("claimer"), _USER.alias("caller")


def _view(wanted: Any) -> Select[Any]:
    """The views of a subquery's rows: one row for each audience."""
    return (
        select(
            _SHARED.c.audience,
            _ORGANISATION.c.region,
            _CONNECTION.c.name.label("connection"),
            _CLAIMER.c.name.label("claimed_name"),
            _CALLER.c.name.label("tried_name"),
            wanted,
        )
        .select_from(wanted)
        .join(_ORGANISATION, _ORGANISATION.c.id == wanted.c.organisation_id)
        .join(
            _SHARED,
            (_SHARED.c.organisation_id == wanted.c.organisation_id)
            & (_SHARED.c.number == wanted.c.number),
        )
        .outerjoin(_CONNECTION, _CONNECTION.c.id == wanted.c.connection_id)
        .outerjoin(_CLAIMER, _CLAIMER.c.id == wanted.c.claimed_by)
        .outerjoin(_CALLER, _CALLER.c.id == wanted.c.tried_by)
        .order_by(wanted.c.at.desc(), wanted.c.number, _SHARED.c.audience)
    )


_WAITS = select(_ROW).where(
    _ROW.c.organisation_id == bindparam("organisation"), _ROW.c.waiting.is_(True)
)
_LISTED = _view(
    _WAITS.where(
        _ROW.c.number.in_(
            select(_SHARED.c.number).where(
                _SHARED.c.organisation_id == bindparam("organisation"),
                _SHARED.c.audience.in_(bindparam("audiences", expanding=True)),
            )
        )
    )
    .order_by(_ROW.c.at.desc(), _ROW.c.number)
    .limit(MOST + 1)
    .subquery("wanted")
)
_OF_NUMBERS = _view(
    _WAITS.where(_ROW.c.number.in_(bindparam("numbers", expanding=True))).subquery("wanted")
)


def listed(session: Session, organisation: str, audiences: Collection[str]) -> CallbackList:
    """The numbers that these audiences share."""
    if not audiences:
        return NOTHING_WAITS
    asked = {"organisation": organisation, "audiences": sorted(audiences)}
    rows = _views(session.execute(_LISTED, asked).mappings().all())
    return CallbackList(rows[:MOST], is_cut=len(rows) > MOST)


def views(session: Session, organisation: str, numbers: Sequence[str]) -> dict[str, CallbackView]:
    """The waiting ones among these numbers."""
    asked = {"organisation": organisation, "numbers": list(numbers)}
    found = _views(session.execute(_OF_NUMBERS, asked).mappings().all())
    return {view["number"]: view for view in found}


def _views(rows: Sequence[Any]) -> list[CallbackView]:
    found: dict[str, CallbackView] = {}
    for row in rows:
        view = found.setdefault(row["number"], _row_view(row))
        view["audiences"].append(row["audience"])
    return list(found.values())


def _row_view(row: Any) -> CallbackView:
    return CallbackView(
        number=row["number"],
        shown=shown(row["number"], row["region"]),
        name=row["name"],
        since=row["since"],
        at=row["at"],
        calls=row["calls"],
        connection=row["connection"] or "",
        tries=row["tries"],
        tried_at=row["tried_at"],
        tried_by=row["tried_name"] or "",
        claimed_by=row["claimed_by"] or "",
        claimed_name=row["claimed_name"] or "",
        claimed_at=row["claimed_at"],
        audiences=[],
    )


def audiences_of(session: Session, user: models.User) -> list[str]:
    """The audiences whose numbers a person sees: their own, and the teams that they supervise."""
    return sorted({user.team_id or user.id, *teams_seen_by(session, user)})


class CallbackState(NamedTuple):
    """What became of a number's missed calls, for the history."""

    waiting: bool
    since: int
    claimed_name: str
    dismissed_at: int
    dismissed_why: str


_STATES = (
    select(
        _ROW.c.number,
        _ROW.c.waiting,
        _ROW.c.since,
        _CLAIMER.c.name,
        _ROW.c.dismissed_at,
        _ROW.c.dismissed_why,
    )
    .outerjoin_from(_ROW, _CLAIMER, _CLAIMER.c.id == _ROW.c.claimed_by)
    .where(
        _ROW.c.organisation_id == bindparam("organisation"),
        _ROW.c.number.in_(bindparam("numbers", expanding=True)),
    )
)


def states_of(
    session: Session, organisation: str, numbers: Collection[str]
) -> dict[str, CallbackState]:
    asked = {"organisation": organisation, "numbers": sorted(numbers)}
    return {
        number: CallbackState(waits, since, claimed or "", dismissed_at or 0, why)
        for number, waits, since, claimed, dismissed_at, why in session.execute(_STATES, asked)
    }
