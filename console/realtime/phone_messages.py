"""Reports of a client about its phone: events, data, and results of commands."""

from __future__ import annotations

from typing import Any

from ..services.commands import Commands
from ..services.switchboard import Switchboard
from .members import Member


class PhoneMessages:
    def __init__(self, switchboard: Switchboard, commands: Commands) -> None:
        self._switchboard = switchboard
        self._commands = commands

    def event(self, member: Member, message: dict[str, Any]) -> None:
        self._switchboard.phone_event(
            member.organisation,
            member.agent,
            member.client,
            message["n"],
            message["epoch"],
            message["event"],
        )
        member.socket.send({"type": "ack", "n": message["n"]})

    def data(self, member: Member, message: dict[str, Any]) -> None:
        """Lists that only a vendor's script knows, numbered like events; no phone sends any yet."""
        n = message["n"]
        self._switchboard.phone_data(member.organisation, member.agent, member.client, n)
        member.socket.send({"type": "ack", "n": n})

    def command_result(self, member: Member, message: dict[str, Any]) -> None:
        self._commands.result(
            member.organisation, member.agent, message["id"], message["ok"], message.get("code")
        )
