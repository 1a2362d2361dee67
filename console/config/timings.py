"""The waiting times of the settings in milliseconds, as the server and the pages use them."""

from __future__ import annotations

from dataclasses import dataclass, fields

from .settings import Settings


@dataclass(frozen=True, slots=True)
class Timings:
    """Every setting CONSOLE_<NAME>_SECONDS in milliseconds, derived once per application."""

    hello: int
    ping: int
    suspect: int
    expire: int
    fence: int
    takeover: int
    comeback: int
    start_grace: int
    carry: int
    ring: int
    silent_call: int
    command: int
    wall_gather: int
    ice_patience: int

    @classmethod
    def of(cls, settings: Settings) -> Timings:
        names = [field.name for field in fields(cls)]
        return cls(**{name: round(getattr(settings, f"{name}_seconds") * 1000) for name in names})
