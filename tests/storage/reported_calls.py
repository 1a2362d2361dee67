"""Calls that agents have reported, minutes ago, for the numbers of a day."""

from __future__ import annotations

from typing import Any

from console.storage import models
from console.storage.database import Database
from tests.cast import CONNECTION, assemble
from tests.servers.busy_team import about_noon

CUSTOMER = "+84912345678"
IN = {"direction": "inbound", "number": CUSTOMER}
OUT = {"direction": "outbound", "number": CUSTOMER}
INSIDE = {"direction": "internal", "number": "1002"}


class ReportedCalls:
    """Alice and Bob hold their phones, and it is about noon."""

    def __init__(self, database: Database) -> None:
        self.cast = assemble(database)
        for agent in ("alice", "bob"):
            self.cast.holds(agent, agent, 1)
        with database.write() as session:
            session.get_one(models.Organisation, "home").timezone = about_noon()
        with database.read() as session:
            self.now = self.cast.database.now(session)
        self.n = 0

    def call(self, agent: str, ago: float, *told: tuple[str, int], **more: Any) -> None:
        """`told`: an event, and seconds after the call began."""
        call = f"{agent}-{ago}"
        for type, second in told:
            self.n += 1
            at = self.now - round(ago * 60_000) + second * 1000
            event = {"type": type, "call": call, "at": at, "connection": CONNECTION, **more}
            self.cast.switchboard.phone_event("home", agent, agent, self.n, 1, event)
