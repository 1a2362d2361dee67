"""Bars of a day by half hours, as the numbers of a drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

FEWEST = 8  # half hours that a plot shows: one bar alone is no picture
BAR, SPACE, HEIGHT = 10, 2, 40  # units of the drawing

T = TypeVar("T")


class Bar(NamedTuple):
    """One part of a bar. `y` counts from the top."""

    kind: str
    x: int
    y: float
    height: float


class Plot(NamedTuple):
    """`most`: the value of a bar as high as the drawing."""

    width: int
    height: int
    most: float
    bars: list[Bar]


def slots(at: Sequence[int], now: int, step: int) -> list[int]:
    """The half hours from the first with calls until now, and never fewer than FEWEST."""
    last = now - now % step
    first = min([*at, last - (FEWEST - 1) * step])
    first -= (first - last) % step
    return list(range(first, last + 1, step))


def plot(
    places: Sequence[int],
    values: Mapping[int, T],
    parts: Mapping[str, Callable[[T], float]],
    most: float = 0,
) -> Plot:
    """Stacked bars: `parts` from the bottom to the top. `most`: 0 for the highest bar."""
    stacks = {at: {kind: part(values[at]) for kind, part in parts.items()} for at in values}
    highest = most or max((sum(stack.values()) for stack in stacks.values()), default=0)
    bars = list(_bars(places, stacks, highest))
    return Plot(len(places) * BAR, HEIGHT, highest, bars)


def _bars(
    places: Sequence[int], stacks: Mapping[int, Mapping[str, float]], highest: float
) -> Iterable[Bar]:
    for n, at in enumerate(places):
        top = float(HEIGHT)
        for kind, value in stacks.get(at, {}).items():
            height = round(value / highest * HEIGHT, 2) if highest else 0
            top = round(top - height, 2)
            if height:
                yield Bar(kind, n * BAR, top, height)
