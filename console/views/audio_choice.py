"""The audio devices that an agent has chosen, by label: device ids differ between origins."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, with_config
from typing_extensions import TypedDict

from ..domain.validation import PRINTABLE
from ..errors import BadRequest
from .json_body import checked

_Label = Annotated[str, StringConstraints(max_length=200, pattern=PRINTABLE)]
_CLOSED = ConfigDict(strict=True, extra="forbid")


@with_config(_CLOSED)
class _Processing(TypedDict, total=False):
    echo: bool
    noise: bool
    gain: bool


@with_config(_CLOSED)
class _AudioChoice(TypedDict, total=False):
    microphone_label: _Label
    speaker_label: _Label
    ringer_label: _Label
    processing: _Processing
    ring_volume: Annotated[float, Field(ge=0, le=1)]


_CHOICE = TypeAdapter(_AudioChoice)


def read_audio_choice(given: Any) -> dict[str, Any]:
    """The choice, and nothing else; BadRequest where it is none."""
    if not given:
        raise BadRequest
    choice = checked(_CHOICE, given)
    return dict(choice)
