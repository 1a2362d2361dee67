"""Calls to rows and back. Plain rows: the ORM would cost several times as much per event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, cast

from sqlalchemy import Table

from ..domain.call import Call
from ..domain.enums import Cause, Direction, EndedBy
from ..domain.quality import Quality, QualityCause, QualityLevel
from . import models

_COLUMN = {
    "conversation": "conversation_id",
    "organisation": "organisation_id",
    "connection": "connection_id",
    "agent": "agent_id",
    "reported_cause": "cause",
}
_FIELDS = [(field.name, _COLUMN.get(field.name, field.name)) for field in fields(Call)]

TABLE = cast(Table, models.Call.__table__)
ROW = [TABLE.c[column] for _, column in _FIELDS]


def _marks(value: list[Any]) -> tuple[Any, ...]:
    return tuple(tuple(mark) for mark in value)


def _quality(value: list[Any] | None) -> Quality | None:
    return (
        Quality(value[0], value[1], QualityLevel(value[2]), QualityCause(value[3]), *value[4:])
        if value
        else None
    )


_READ: dict[str, Callable[[Any], Any]] = {
    "direction": Direction,
    "ended_by": lambda word: word and EndedBy(word),
    "reported_cause": lambda word: word and Cause(word),
    "hold_marks": _marks,
    "mute_marks": _marks,
    "quality": _quality,
}
_READERS = [(place, _READ[field]) for place, (field, _) in enumerate(_FIELDS) if field in _READ]


def _written(field: str, value: Any) -> Any:
    if field in ("hold_marks", "mute_marks"):
        return [list(mark) for mark in value]
    return list(value) if field == "quality" and value else value


def call_of(row: Sequence[Any], first: int = 0) -> Call:
    """The call whose columns begin at index `first` of the row."""
    facts = list(row[first:])
    for place, read in _READERS:
        facts[place] = read(facts[place])
    return Call(*facts)


def row_of(call: Call) -> dict[str, Any]:
    """The row of a call, with its derived columns: state and missed."""
    facts = {column: _written(field, getattr(call, field)) for field, column in _FIELDS}
    return {**facts, "state": call.state, "missed": call.missed}
