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


def of_team(
    hold: int | None, ring: int | None, repeat: int | None, sound: bool | None
) -> AlertLimits:
    """The team's own limits, the usual ones where it has none."""
    own = (hold, ring, repeat, sound)
    return AlertLimits(*(usual if one is None else one for one, usual in zip(own, USUAL)))
