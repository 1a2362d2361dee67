"""One agent of the pretend VCC cloud: their tabs, their media leg, and their place in the
exchange.
"""

from __future__ import annotations

from typing import Any

from ...exchange import Exchange, Transfer
from ...exchange.faults import Faults
from ...exchange.wire import Wire
from .adapter import VccAdapter
from .agent_record import AgentRecord
from .media_leg import MediaLeg
from .requests import TabRequests
from .tabs import Tab, Tabs


class VccAgent:
    def __init__(self, exchange: Exchange, faults: Faults, extension: str, role: int) -> None:
        self._exchange, self.extension = exchange, extension
        self.record = record = AgentRecord(exchange, extension, role)
        self.leg = leg = MediaLeg(exchange, faults, record)
        self._tabs = tabs = Tabs(exchange.clock, record)
        offers: dict[str, Transfer] = {}
        self._adapter = VccAdapter(exchange, record, tabs, leg, offers)
        self._requests = TabRequests(exchange, faults, record, tabs, leg, offers)

    def log_in(self, key: str, wire: Wire) -> Tab:
        tab = self._tabs.open(key, wire)
        self._exchange.set_registered(self.extension, self.leg.registered)
        self._exchange.connect(self.extension, self._adapter)
        return tab

    def leave(self, tab: Tab, *, clean: bool) -> None:
        """`clean`: the page is gone; otherwise its connection broke, and it may come back."""
        if self._tabs.close(tab, clean=clean) and not self._tabs:
            self._exchange.disconnect(self.extension, self._adapter)

    def handle(self, tab: Tab, message: dict[str, Any]) -> None:
        self._requests.handle(tab, message)
