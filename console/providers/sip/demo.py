"""The connection of the demo organisation: the small PBX that `make pbx` starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class DemoPbx(NamedTuple):
    provider: str
    name: str
    settings: Mapping[str, Any]


def demo_pbx(url: str) -> DemoPbx:
    """That server is a plain proxy: its phones transfer between each other."""
    settings = {"url": url, "domain": "pbx.test", "follow_transfers": True}
    return DemoPbx("sip", "Demo PBX", settings)
