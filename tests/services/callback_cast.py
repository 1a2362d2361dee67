"""The cast with phones whose missed calls wait, and what people do with them."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain.enums import Command
from console.errors import ConsoleError
from console.services.commands import Commands
from console.storage import callbacks, models
from console.storage.callbacks import CallbackView
from tests.cast import CONNECTION, Cast

CUSTOMER, OTHER = "+84912345678", "+84987654321"
HOUR, DAY = 3_600, 86_400  # seconds


class Phone:
    """Reports of one agent, seconds after the test began."""

    def __init__(self, cast: Cast, agent: str) -> None:
        self.cast, self.agent, self.n = cast, agent, 0
        with cast.database.read() as session:
            self.began = cast.database.now(session) - 600_000

    def says(self, type: str, call: str, second: int, **more: Any) -> None:
        self.n += 1
        event = {
            "type": type,
            "call": call,
            "at": self.began + second * 1000,
            "connection": CONNECTION,
            **more,
        }
        self.cast.switchboard.phone_event("home", self.agent, self.agent, self.n, 1, event)

    def misses(self, call: str, second: int, number: str = CUSTOMER, **more: Any) -> None:
        self.says("ringing", call, second, direction="inbound", number=number, **more)
        self.says("missed", call, second + 5, cause="missed", **more)

    def dials(self, call: str, second: int, number: str = CUSTOMER) -> None:
        self.says("dialing", call, second, direction="outbound", number=number)

    def tries(self, call: str, second: int, number: str = CUSTOMER) -> None:
        self.dials(call, second, number)
        self.says("ended", call, second + 9, cause="no_answer", ended_by="remote")

    def reaches(self, call: str, second: int, number: str = CUSTOMER) -> None:
        self.dials(call, second, number)
        self.says("answered", call, second + 5)

    def talks(self, call: str, second: int, number: str = CUSTOMER, **more: Any) -> None:
        self.says("ringing", call, second, direction="inbound", number=number, **more)
        self.says("answered", call, second + 2, **more)


def rows(cast: Cast, who: str = "alice") -> list[CallbackView]:
    """The rows that this person sees."""
    with cast.database.read() as session:
        user = session.get_one(models.User, who)
        seen = callbacks.audiences_of(session, user)
        return callbacks.listed(session, user.organisation_id, seen).rows


def waits(cast: Cast, who: str = "alice") -> list[tuple[str, int]]:
    return [(row["number"], row["calls"]) for row in rows(cast, who)]


def does(cast: Cast, who: str, command: str, number: str = CUSTOMER, **args: Any) -> None:
    with cast.database.read() as session:
        user = session.get_one(models.User, who)
    commands = Commands(cast.units, cast.leases, 10_000)
    args = {"number": number, **args}
    commands.receive(user, Command(f"callback_{command}"), id="id", client=who, epoch=1, args=args)


def refusal(cast: Cast, who: str, command: str, number: str = CUSTOMER, **args: Any) -> str:
    with pytest.raises(ConsoleError) as refused:
        does(cast, who, command, number, **args)
    return refused.value.code


def pass_time(cast: Cast, ms: int) -> None:
    """The claims become older."""
    with cast.database.write() as session:
        for row in session.query(models.Callback):
            row.claimed_at = row.claimed_at and row.claimed_at - ms
