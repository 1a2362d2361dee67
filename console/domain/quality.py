"""The sound quality of a call, as its phone measured it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar


class QualityLevel(StrEnum):
    good = "good"
    fair = "fair"
    poor = "poor"


class QualityCause(StrEnum):
    none = "none"
    your_network = "your_network"
    far_side = "far_side"
    microphone = "microphone"


class Quality(NamedTuple):
    """One measurement. The greater of two counts: that of the whole call, else the later one."""

    whole: bool  # averages of the call, sent just before its end
    at: int
    level: QualityLevel
    cause: QualityCause
    mos: float
    jitter_ms: int = 0
    loss_pct: float = 0
    rtt_ms: int = -1  # -1: the far side has not reported it


def read_quality(message: Mapping[str, Any], at: int) -> Quality:
    """Reads a `quality_alert`. The text of a ValueError names the wrong field."""
    return Quality(
        whole=message.get("whole") is True,
        at=at,
        level=_word(QualityLevel, message, "level"),
        cause=_word(QualityCause, message, "cause"),
        mos=round(_number(message, "mos", 1, 5), 2),
        jitter_ms=round(_number(message, "jitter_ms", 0, 60_000, 0)),
        loss_pct=round(_number(message, "loss_pct", 0, 100, 0), 1),
        rtt_ms=round(_number(message, "rtt_ms", 0, 60_000, -1)),
    )


Word = TypeVar("Word", bound=StrEnum)


def _word(words: type[Word], message: Mapping[str, Any], name: str) -> Word:
    value = message.get(name)
    if not isinstance(value, str) or value not in words.__members__:
        raise ValueError(f"`{name}` must be one of {', '.join(words)}.")
    return words(value)


def _number(
    message: Mapping[str, Any], name: str, least: float, most: float, otherwise: float | None = None
) -> float:
    value = message.get(name)
    if value is None and otherwise is not None:
        return otherwise
    if (
        not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most
    ):  # NaN is not between anything
        raise ValueError(f"`{name}` must be a number from {least} to {most}.")
    return float(value)
