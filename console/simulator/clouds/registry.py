"""The registry of the pretend clouds: one row for each vendor."""

from __future__ import annotations

from . import vcc
from .base import Cloud

CLOUDS: tuple[Cloud, ...] = (vcc.CLOUD,)
