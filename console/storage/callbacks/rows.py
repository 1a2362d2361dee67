"""The rows of numbers to call back, derived anew from the calls whenever a call changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from ...domain.callbacks import SERVED, Leg, Waiting, waiting
from ...domain.enums import CallState
from ...domain.numbers import LONGEST_EXTENSION
from .. import models
from ..call_mapper import TABLE as _CALL

_ROW, _SHARED, _USER = (
    cast(Table, model.__table__)
    for model in (models.Callback, models.CallbackAudience, models.User)
)
_MOST_LEGS = 300  # of one number: a machine may call every minute

_IS_ROW = (
    _ROW.c.organisation_id == bindparam("of_organisation"),
    _ROW.c.number == bindparam("of_number"),
)
_IS_SHARED = (
    _SHARED.c.organisation_id == bindparam("of_organisation"),
    _SHARED.c.number == bindparam("of_number"),
)
_FIND = (
    select(_SHARED.c.audience, _ROW)
    .select_from(
        _ROW.outerjoin(
            _SHARED,
            (_SHARED.c.organisation_id == _ROW.c.organisation_id)
            & (_SHARED.c.number == _ROW.c.number),
        )
    )
    .where(*_IS_ROW)
)
_SAME = _CALL.alias("same")
_SETTLED = exists().where(
    _SAME.c.conversation_id == _CALL.c.conversation_id,
    or_(
        _SAME.c.answered_at.is_not(None),
        _SAME.c.state != CallState.ended,
        _SAME.c.cause.in_(SERVED),
    ),
)
_LEGS = (
    select(
        _CALL.c.conversation_id,
        _CALL.c.agent_id,
        func.coalesce(_USER.c.team_id, _USER.c.id),
        _CALL.c.direction,
        _CALL.c.outgoing,
        _CALL.c.started_at,
        _CALL.c.answered_at,
        _CALL.c.ended_at,
        _CALL.c.cause,
        _CALL.c.name,
        _CALL.c.connection_id,
        _SETTLED,
    )
    .join_from(_CALL, _USER, _USER.c.id == _CALL.c.agent_id)
    .where(
        _CALL.c.organisation_id == bindparam("of_organisation"),
        _CALL.c.number == bindparam("of_number"),
        _CALL.c.started_at >= bindparam("since"),
        or_(_CALL.c.answered_at.is_not(None), _CALL.c.state == CallState.ended),
    )
    .order_by(_CALL.c.started_at.desc())
    .limit(_MOST_LEGS)
)
_NUMBER = select(func.max(_CALL.c.number)).where(
    _CALL.c.conversation_id == bindparam("conversation"),
    func.length(_CALL.c.number) > LONGEST_EXTENSION,
)
_ADD, _CHANGE, _REMOVE = insert(_ROW), update(_ROW).where(*_IS_ROW), delete(_ROW).where(*_IS_ROW)
_SHARE, _UNSHARE = insert(_SHARED), delete(_SHARED).where(*_IS_SHARED)


class KnownCallback(NamedTuple):
    """A row, with the audiences that share it while it waits."""

    columns: dict[str, Any]
    audiences: frozenset[str]


class CallbackChange(NamedTuple):
    """A number whose row changed. `before`: the audiences that showed it until now."""

    number: str
    before: frozenset[str]


def find(session: Session, organisation: str, number: str) -> KnownCallback | None:
    rows = session.execute(_FIND, {"of_organisation": organisation, "of_number": number}).mappings()
    found = [dict(row) for row in rows]
    if not found:
        return None
    audiences = frozenset(row.pop("audience") for row in found) - {None}
    return KnownCallback({name: found[0][name] for name in list(_ROW.c.keys())}, audiences)


def number_of(session: Session, conversation: str) -> str:
    """The customer's number in a conversation, or an empty text."""
    return session.scalar(_NUMBER, {"conversation": conversation}) or ""


def refresh(
    session: Session, organisation: str, number: str, since: int, *, known_only: bool
) -> CallbackChange | None:
    """Derives the row of a number from its calls that began at `since` or later.

    `known_only`: only a row that is there already can change. Returns None when nothing changed.
    """
    known = find(session, organisation, number)
    if known is None and known_only:
        return None
    of_number = {"of_organisation": organisation, "of_number": number}
    rows: Iterable[Any] = session.execute(_LEGS, {**of_number, "since": since})
    dismissed_at = known.columns["dismissed_at"] if known else None
    derived = waiting([Leg(*row) for row in rows], dismissed_at)
    return _keep(session, organisation, number, known, derived)


def _keep(
    session: Session,
    organisation: str,
    number: str,
    known: KnownCallback | None,
    derived: Waiting | None,
) -> CallbackChange | None:
    before = known.audiences if known else frozenset[str]()
    if derived is None and (known is None or known.columns["dismissed_at"] is None):
        if known is None:
            return None
        _share(session, organisation, number, before, frozenset())
        session.execute(_REMOVE, {"of_organisation": organisation, "of_number": number})
        return CallbackChange(number, before)
    columns = _columns(derived, known.columns if known else None)
    audiences = derived.audiences if derived else frozenset[str]()
    if known and audiences == before and columns.items() <= known.columns.items():
        return None
    if known is None:
        session.execute(_ADD, {"organisation_id": organisation, "number": number, **columns})
    else:
        session.execute(_CHANGE, {"of_organisation": organisation, "of_number": number, **columns})
    _share(session, organisation, number, before, audiences)
    return CallbackChange(number, before)


def _columns(derived: Waiting | None, known: dict[str, Any] | None) -> dict[str, Any]:
    facts = {
        "waiting": derived is not None,
        "since": derived.since if derived else 0,
        "at": derived.at if derived else 0,
        "calls": derived.calls if derived else 0,
        "tries": derived.tries if derived else 0,
        "tried_at": derived.tried_at if derived else None,
        "tried_by": derived.tried_by if derived else None,
        "name": derived.name if derived else "",
        "connection_id": derived.connection if derived else None,
    }
    claimed_at = known["claimed_at"] if known else None
    # A claim is about the missed calls that waited when it was made.
    if derived is None or claimed_at is None or claimed_at < derived.since:
        facts |= {"claimed_by": None, "claimed_at": None}
    return facts


def _share(
    session: Session, organisation: str, number: str, before: frozenset[str], after: frozenset[str]
) -> None:
    if before == after:
        return
    if before:
        session.execute(_UNSHARE, {"of_organisation": organisation, "of_number": number})
    if after:
        row = {"organisation_id": organisation, "number": number}
        session.execute(_SHARE, [{**row, "audience": audience} for audience in sorted(after)])


_OF_NUMBERS = select(_ROW.c.number).where(
    _ROW.c.organisation_id == bindparam("organisation"),
    _ROW.c.number.in_(bindparam("numbers", expanding=True)),
)
_AT_ONCE = 500


def changed_numbers(session: Session, organisation: str, numbers: Iterable[str]) -> list[str]:
    """Those of these numbers that have a row."""
    wanted = sorted(set(numbers))
    return [
        number
        for first in range(0, len(wanted), _AT_ONCE)
        for number in session.scalars(
            _OF_NUMBERS, {"organisation": organisation, "numbers": wanted[first : first + _AT_ONCE]}
        )
    ]


def write(session: Session, organisation: str, number: str, **columns: Any) -> None:
    """Changes columns of a row that no call decides."""
    session.execute(_CHANGE, {"of_organisation": organisation, "of_number": number, **columns})
