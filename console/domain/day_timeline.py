"""The timeline of an agent's day: spans of availability, and of talking instead."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final, NamedTuple

TALKING: Final = "on_call"


class Change(NamedTuple):
    """`author`: the supervisor who made the change; empty: the agent or the phone system."""

    at: int
    availability: str
    reason: str = ""
    author: str = ""


class Span(NamedTuple):
    """A state that held from `since` to `until`, in ms."""

    status: str
    since: int
    until: int
    reason: str = ""
    author: str = ""

    @property
    def length(self) -> int:
        return self.until - self.since


Talk = tuple[int, int]  # from its answer to its end


def spans(changes: Sequence[Change], talks: Iterable[Talk], since: int, until: int) -> list[Span]:
    """The spans between two moments, oldest first. A time before the first change has none.

    `changes` in the order of their times.
    """
    if until <= since:
        return []
    spoken = list(_joined(talks, since, until))
    bounds = sorted(
        {since, until}
        | {change.at for change in changes if since < change.at < until}
        | {moment for talk in spoken for moment in talk}
    )
    moments = [change.at for change in changes]
    begins = [first for first, _ in spoken]

    def part(start: int, end: int) -> Span | None:
        """The state between two moments, between which nothing changes."""
        talk = bisect_right(begins, start) - 1
        if talk >= 0 and start < spoken[talk][1]:
            return Span(TALKING, start, end)
        known = bisect_right(moments, start) - 1
        if known < 0:
            return None
        current = changes[known]
        return Span(current.availability, start, end, current.reason, current.author)

    return list(_merged(found for bound in pairwise(bounds) if (found := part(*bound))))


def _joined(talks: Iterable[Talk], since: int, until: int) -> Iterator[Talk]:
    """Times within the bounds in which the agent had an answered call; two calls are one talk."""
    end = since
    begin: int | None = None
    for first, last in sorted((max(a, since), min(b, until)) for a, b in talks):
        if last <= first:
            continue
        if begin is None or first > end:
            if begin is not None:
                yield begin, end
            begin, end = first, last
        end = max(end, last)
    if begin is not None:
        yield begin, end


def _merged(parts: Iterable[Span]) -> Iterator[Span]:
    """Neighbours of the same state are one span."""
    for _, same in groupby(parts, key=lambda part: (part.status, part.reason, part.author)):
        run: Span | None = None
        for part in same:
            if run is not None and run.until == part.since:
                run = run._replace(until=part.until)
                continue
            if run is not None:
                yield run
            run = part
        if run is not None:
            yield run


def totals(found: Iterable[Span]) -> dict[str, int]:
    """Status → ms in that state."""
    sums: dict[str, int] = {}
    for span in found:
        sums[span.status] = sums.get(span.status, 0) + span.length
    return sums
