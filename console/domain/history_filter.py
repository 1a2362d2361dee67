"""The filters of the history, as its address holds them: each value is read or named as a fault."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from .enums import Direction

LONGEST_TEXT: Final = 100
LONGEST_VALUE: Final = 200
NO_OUTCOME: Final = "none"  # instead of an outcome's id


class Result(StrEnum):
    answered = "answered"
    missed = "missed"  # incoming and unanswered
    failed = "failed"  # outgoing and unanswered
    waiting = "waiting"  # missed, and nobody has reached the number yet


class FilterFault(StrEnum):
    """The reason why a value cannot be used; `views/history.py` has the sentences."""

    date = "date"
    order = "order"
    direction = "direction"
    result = "result"
    agent = "agent"
    outcome = "outcome"


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """`since`, `until`: ms UTC, from the first to before the second; None: open.

    `outcome`: its id, or NO_OUTCOME.
    """

    text: str = ""
    since: int | None = None
    until: int | None = None
    direction: Direction | None = None
    result: Result | None = None
    agent: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class ReadFilter:
    """`given`: all values as they came, to be shown again; `faults`: field → reason."""

    filter: HistoryFilter
    given: Mapping[str, str]
    faults: Mapping[str, FilterFault] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one field of the address into one field of the filter."""

    into: str
    read: Callable[[str, _Context], Any]
    fault: FilterFault | None = None


@dataclass(frozen=True, slots=True)
class _Context:
    zone: ZoneInfo
    agents: Collection[str]
    outcomes: Collection[str]


def _day(text: str, context: _Context, days: int = 0) -> int:
    if len(text) != len("2026-01-31"):
        raise ValueError(text)
    day = date.fromisoformat(text) + timedelta(days=days)
    return int(datetime(day.year, day.month, day.day, tzinfo=context.zone).timestamp() * 1000)


def _agent(text: str, context: _Context) -> str:
    if text not in context.agents:
        raise ValueError(text)
    return text


def _outcome(text: str, context: _Context) -> str:
    if text != NO_OUTCOME and text not in context.outcomes:
        raise ValueError(text)
    return text


# The fields of the address. A filter of another kind is one more row here, one field of
# HistoryFilter and one condition in storage/calls/call_history.py.
_READERS: Final[Mapping[str, _Reader]] = {
    "q": _Reader("text", lambda text, _: text[:LONGEST_TEXT]),
    "from": _Reader("since", _day, FilterFault.date),
    "to": _Reader("until", lambda text, context: _day(text, context, days=1), FilterFault.date),
    "direction": _Reader("direction", lambda text, _: Direction(text), FilterFault.direction),
    "result": _Reader("result", lambda text, _: Result(text), FilterFault.result),
    "outcome": _Reader("outcome", _outcome, FilterFault.outcome),
    "agent": _Reader("agent", _agent, FilterFault.agent),
}
FIELDS: Final = tuple(_READERS)


def read_filter(
    asked: Mapping[str, str],
    zone: ZoneInfo,
    agents: Collection[str],
    outcomes: Collection[str] = (),
) -> ReadFilter:
    """`agents`, `outcomes`: ids of the agents and outcomes that the reader may choose."""
    given = {name: asked.get(name, "").strip()[:LONGEST_VALUE] for name in _READERS}
    context, found = _Context(zone, agents, outcomes), dict[str, Any]()
    faults: dict[str, FilterFault] = {}
    for name, reader in _READERS.items():
        if not given[name]:
            continue
        try:
            found[reader.into] = reader.read(given[name], context)
        except (ValueError, OverflowError):
            if reader.fault is not None:
                faults[name] = reader.fault
    if found.get("until") is not None and found["until"] <= found.get("since", -1e18):
        faults["to"] = FilterFault.order
    return ReadFilter(HistoryFilter(**found), given, faults)


def presets(now: int, zone: ZoneInfo) -> dict[str, tuple[str, str]]:
    """Name → first and last day of the usual periods, as the address writes them."""
    today = datetime.fromtimestamp(now / 1000, zone).date()
    days = {"today": (0, 0), "yesterday": (1, 1), "week": (6, 0)}
    return {
        name: tuple((today - timedelta(days=ago)).isoformat() for ago in span)  # type: ignore[misc]
        for name, span in days.items()
    }
