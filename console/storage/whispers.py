"""Whispers: kept with the call they are about, read newest first or all of some calls."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypedDict, cast

from sqlalchemy import ScalarSelect, Table, bindparam, insert, select
from sqlalchemy.orm import Session

from . import models
from .call_mapper import TABLE
from .ids import new_id
from .statements import OneOrMany

_WHISPER, _USER = (cast(Table, model.__table__) for model in (models.Whisper, models.User))
_ADD = insert(_WHISPER)
_SENT = select(_WHISPER.c.id).where(
    _WHISPER.c.author_id == bindparam("author"), _WHISPER.c.sent_id == bindparam("sent")
)


class WhisperView(TypedDict):
    text: str
    at: int
    by: str


def is_sent(session: Session, author: str, sent: str) -> bool:
    """Whether the author's message with this id is kept already."""
    return session.scalar(_SENT, {"author": author, "sent": sent}) is not None


def add(session: Session, call: str, author: str, sent: str, text: str, at: int) -> None:
    row = {"call_id": call, "author_id": author, "sent_id": sent, "text": text, "at": at}
    session.execute(_ADD, {"id": new_id(), **row})


def newest_of_call() -> ScalarSelect[str]:
    """The id of the newest whisper of a row of calls, inside a larger statement."""
    newest = _WHISPER.alias()
    return (
        select(newest.c.id)
        .where(newest.c.call_id == TABLE.c.id)
        .order_by(newest.c.id.desc())
        .limit(1)
        .correlate(TABLE)
        .scalar_subquery()
    )


_OF_CALLS = OneOrMany(
    lambda among: (
        select(_WHISPER.c.call_id, _WHISPER.c.text, _WHISPER.c.at, _USER.c.name)
        .join(_USER, _USER.c.id == _WHISPER.c.author_id)
        .where(among(_WHISPER.c.call_id))
        .order_by(_WHISPER.c.id)
    )
)


def of_calls(session: Session, calls: Collection[str]) -> dict[str, list[WhisperView]]:
    """Call id → its whispers, oldest first."""
    found: dict[str, list[WhisperView]] = {}
    for call, text, at, by in _OF_CALLS.ask(session, calls) if calls else ():
        found.setdefault(call, []).append(WhisperView(text=text, at=at, by=by))
    return found
