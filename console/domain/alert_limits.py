"""When an agent on the wall needs attention: the limits of their team."""

from __future__ import annotations

from typing import NamedTuple

LONGEST = 3600  # seconds of a hold or a ring
MOST_REPEATS = 100


class AlertLimits(NamedTuple):
    """A hold or ring of more seconds, the nth call of a number on one day, poor sound at all."""

    hold: int = 120
    ring: int = 15
    repeat: int = 3
    sound: bool = True


USUAL = AlertLimits()


def own(*limits: int | None) -> list[int]:
    """A team's limits, in the order of AlertLimits, where any is its own; else none."""
    if all(limit is None for limit in limits):
        return []
    return [int(usual if own is None else own) for own, usual in zip(limits, USUAL, strict=True)]
