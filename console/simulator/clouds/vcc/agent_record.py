"""An agent of the VCC domain, as the exchange knows them."""

from __future__ import annotations

from typing import Any

from ...exchange import Call, Exchange
from .codes import STATUSES
from .domain import SERVICES


class AgentRecord:
    def __init__(self, exchange: Exchange, extension: str, role: int) -> None:
        self._exchange, self.extension, self.role = exchange, extension, role

    @property
    def status(self) -> str:
        return STATUSES[self._exchange.agents[self.extension].presence]

    @property
    def device_type(self) -> int:
        return int(self._exchange.agents[self.extension].device)

    @property
    def calls(self) -> list[Call]:
        return self._exchange.calls_of(self.extension)

    @property
    def current(self) -> Call | None:
        return next(iter(self.calls), None)

    def as_json(self) -> dict[str, Any]:
        return {
            "username": self._exchange.agents[self.extension].name,
            "agent_id": int(self.extension),
            "phone_no": self.extension,
            "role": self.role,
            "callout_services": SERVICES,
        }
