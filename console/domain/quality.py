"""The sound quality of a call, as its phone measured it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, NamedTuple, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

Milliseconds = Annotated[float, Field(ge=0, le=60_000, allow_inf_nan=False)]


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


class QualityFields(TypedDict):
    """The measured values in a `quality_alert`."""

    whole: NotRequired[Any]
    level: Annotated[QualityLevel, Field(strict=False)]
    cause: Annotated[QualityCause, Field(strict=False)]
    mos: Annotated[float, Field(ge=1, le=5, allow_inf_nan=False)]
    jitter_ms: NotRequired[Milliseconds | None]
    loss_pct: NotRequired[Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None]
    rtt_ms: NotRequired[Milliseconds | None]


def quality_of(fields: QualityFields, at: int) -> Quality:
    rtt_ms = fields.get("rtt_ms")
    return Quality(
        whole=fields.get("whole") is True,
        at=at,
        level=fields["level"],
        cause=fields["cause"],
        mos=round(fields["mos"], 2),
        jitter_ms=round(fields.get("jitter_ms") or 0),
        loss_pct=round(fields.get("loss_pct") or 0.0, 1),
        rtt_ms=-1 if rtt_ms is None else round(rtt_ms),
    )
