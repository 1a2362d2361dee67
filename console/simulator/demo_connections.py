"""Through what the demo's agents reach the pretend clouds: a row for each vendor."""

from __future__ import annotations

from ..demo import DemoConnection
from . import vcc_words
from .state import AGENTS

_EXTENSIONS = {name.lower(): extension for extension, name, _ in AGENTS}


def demo_connections(origin: str) -> tuple[DemoConnection, ...]:
    """`origin`: where the simulator is served."""
    vcc = {"domain": vcc_words.DOMAIN, "base_url": f"{origin}/vcc"}
    return (
        DemoConnection("vcc", "Demo VCC", vcc, {"access_key": vcc_words.ACCESS_KEY}, _EXTENSIONS),
    )
