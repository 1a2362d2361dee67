"""The pretend VCC cloud on a clock that only the test moves, with recording pages: their control
sockets, and their media legs.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from console.simulator.clouds.vcc.agent import VccAgent
from console.simulator.clouds.vcc.cloud import VccCloud
from console.simulator.clouds.vcc.codes import Id
from console.simulator.clouds.vcc.domain import ACCESS_KEY
from console.simulator.clouds.vcc.sip_line import SipLine
from console.simulator.exchange import Call, Exchange
from console.simulator.exchange.clock import ManualClock
from console.simulator.exchange.faults import Faults

ALICE, BOB, CHI, MOBILE, SOFTPHONE = "5001", "5002", "5003", "5004", "5005"
CUSTOMER = "0912345200"


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(
    claims: dict[str, Any], key: str = ACCESS_KEY, header: dict[str, Any] | None = None
) -> str:
    """A token made by hand, as the contract's vectors were."""
    head, payload = (
        _part(json.dumps(piece, separators=(",", ":")).encode())
        for piece in (header or {"alg": "HS256", "typ": "JWT"}, claims)
    )
    signature = hmac.new(key.encode(), f"{head}.{payload}".encode(), hashlib.sha256).digest()
    return f"{head}.{payload}.{_part(signature)}"


class FakeTab:
    """A page's agent server socket."""

    def __init__(self, agent: VccAgent, faults: Faults, key: str) -> None:
        self.agent, self.key = agent, key
        self.messages: list[dict[str, Any]] = []
        self.dropped = False
        wire = faults.wire(agent.extension, self.messages.append, self._drop, stream=True)
        self.tab = agent.log_in(key, wire)

    def _drop(self) -> None:
        self.dropped = True
        self.agent.leave(self.tab, clean=False)

    def sends(self, what: Id, /, **fields: Any) -> None:
        self.agent.handle(self.tab, {"objectId": int(what), **fields})

    def closes(self) -> None:
        self.agent.leave(self.tab, clean=True)

    def all(self, id: Id) -> list[dict[str, Any]]:
        return [
            {name: value for name, value in message.items() if name != "objectId"}
            for message in self.messages
            if message["objectId"] == id
        ]

    def last(self, id: Id) -> dict[str, Any]:
        return self.all(id)[-1]

    @property
    def names(self) -> list[str]:
        """The names of the received messages, a callout's with its status."""
        return [
            Id(message["objectId"]).name + (f" {message['status']}" if "status" in message else "")
            for message in self.messages
        ]


class FakeMediaLeg:
    """A page's media leg; like the scripts it acknowledges everything, and picks up the agent's own
    leg by itself.
    """

    def __init__(
        self,
        agent: VccAgent,
        faults: Faults,
        calls: list[str] | None = None,
        answered: list[str] | None = None,
        *,
        picks_up: bool = True,
    ) -> None:
        self.leg, self.picks_up = agent.leg, picks_up
        self.messages: list[dict[str, Any]] = []
        self.line = SipLine(faults.wire(agent.extension, self._receive, self._drop))
        self.sends("REGISTER", calls=calls or [], answered=answered or [])

    def _drop(self) -> None:
        self.leg.leave(self.line, clean=False)

    def _receive(self, message: dict[str, Any]) -> None:
        self.messages.append(message)
        self.leg.handle(self.line, {"method": "ACK", "n": message["n"]})
        if message["method"] == "INVITE" and message["quiet"] and self.picks_up:
            self.sends("ANSWER", message["call"])

    def sends(self, method: str, call: str | None = None, **more: Any) -> None:
        self.leg.handle(self.line, {"method": method, "call": call, **more})

    def closes(self) -> None:
        self.leg.leave(self.line, clean=True)

    @property
    def methods(self) -> list[str]:
        return [message["method"] for message in self.messages]

    def last(self, method: str) -> dict[str, Any]:
        return next(message for message in reversed(self.messages) if message["method"] == method)


class VccSimulation:
    def __init__(self, seed: int = 1) -> None:
        self.clock = ManualClock()
        self.faults = Faults(self.clock, seed)
        self.exchange = Exchange(self.clock, seed, refuses=self.faults.refuses)
        self.cloud = VccCloud(self.exchange, self.faults)

    def tab(self, extension: str = ALICE, key: str = "tab") -> FakeTab:
        return FakeTab(self.cloud.agents[extension], self.faults, key)

    def media_leg(self, extension: str = ALICE, **options: Any) -> FakeMediaLeg:
        return FakeMediaLeg(self.cloud.agents[extension], self.faults, **options)

    def signed_in(self, extension: str = ALICE) -> tuple[FakeTab, FakeMediaLeg]:
        """A tab with the voice, and its media leg; the messages of signing in are forgotten."""
        tab, leg = self.tab(extension), self.media_leg(extension)
        tab.messages.clear()
        leg.messages.clear()
        return tab, leg

    def call_of(self, extension: str = ALICE) -> Call:
        (call,) = self.exchange.calls_of(extension)
        return call

    def talking(self, extension: str = ALICE) -> tuple[FakeTab, FakeMediaLeg, Call]:
        """In a call that came in and was answered in the browser."""
        tab, leg = self.signed_in(extension)
        call = self.exchange.customer_calls(CUSTOMER, extension)
        leg.sends("ANSWER", call.id)
        assert call.state == "active"
        return tab, leg, call
