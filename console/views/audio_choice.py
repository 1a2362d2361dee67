"""The audio devices that an agent has chosen, by label: device ids differ between origins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import BadRequest

_LABELS = ("microphone_label", "speaker_label", "ringer_label")
_PROCESSING = ("echo", "noise", "gain")
_LONGEST = 200


def read_audio_choice(given: Any) -> dict[str, Any]:
    """The checked choice. Raises BadRequest for anything else."""
    if (
        not isinstance(given, Mapping)
        or not given
        or not set(given) <= {*_LABELS, "processing", "ring_volume"}
    ):
        raise BadRequest
    if not all(_fits(name, value) for name, value in given.items()):
        raise BadRequest
    return dict(given)


def _fits(name: str, value: Any) -> bool:
    if name == "ring_volume":
        return type(value) in (int, float) and 0 <= value <= 1
    if name == "processing":
        return (
            isinstance(value, Mapping)
            and set(value) <= set(_PROCESSING)
            and all(type(on) is bool for on in value.values())
        )
    return isinstance(value, str) and len(value) <= _LONGEST and value.isprintable()
