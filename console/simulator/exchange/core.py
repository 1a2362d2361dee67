"""The objects that every kind of call uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .calls import Calls
from .events import EventQueue
from .model import Agent
from .ringing import Ringing
from .timers import Timers


@dataclass(frozen=True, slots=True)
class Core:
    agents: Mapping[str, Agent]
    calls: Calls
    events: EventQueue
    timers: Timers
    ringing: Ringing
