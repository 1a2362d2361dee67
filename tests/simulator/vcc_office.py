"""The pretend VCC cloud on a clock that only the test moves, with tabs that note what they hear,
and browsers that carry sound.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from console.simulator.exchange import Call, Exchange
from console.simulator.exchange.clock import ManualClock
from console.simulator.exchange.faults import Faults
from console.simulator.vcc import Vcc
from console.simulator.vcc_agent import VccAgent
from console.simulator.vcc_sip import SipLine
from console.simulator.vcc_words import ACCESS_KEY, Id

ALICE, BOB, CHI, MOBILE, SOFTPHONE = "5001", "5002", "5003", "5004", "5005"
CUSTOMER = "0912345200"


def signed(
    claims: dict[str, Any], key: str = ACCESS_KEY, header: dict[str, Any] | None = None
) -> str:
    """By hand, as the contract's vectors were."""

    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    head, payload = (
        part(json.dumps(piece, separators=(",", ":")).encode())
        for piece in (header or {"alg": "HS256", "typ": "JWT"}, claims)
    )
    return f"{head}.{payload}.{part(hmac.new(key.encode(), f'{head}.{payload}'.encode(), hashlib.sha256).digest())}"


class FakeTab:
    """A page's agent server socket."""

    def __init__(self, agent: VccAgent, key: str) -> None:
        self.agent, self.key = agent, key
        self.heard: list[dict[str, Any]] = []
        self.dropped = False
        self.wire = agent.faults.wire(agent.extension, self.heard.append, self._drop, stream=True)
        self.tab = agent.log_in(key, self.wire)

    def _drop(self) -> None:
        self.dropped = True
        self.agent.left(self.tab, clean=False)

    def asks(self, what: Id, /, **fields: Any) -> None:
        self.agent.asked(self.tab, {"objectId": int(what), **fields})

    def closes(self) -> None:
        self.agent.left(self.tab, clean=True)

    def all(self, id: Id) -> list[dict[str, Any]]:
        return [
            {name: value for name, value in message.items() if name != "objectId"}
            for message in self.heard
            if message["objectId"] == id
        ]

    def last(self, id: Id) -> dict[str, Any]:
        return self.all(id)[-1]

    @property
    def names(self) -> list[str]:
        """What was said, a callout's with its status."""
        return [
            Id(message["objectId"]).name + (f" {message['status']}" if "status" in message else "")
            for message in self.heard
        ]


class FakeBrowser:
    """A page's media leg; like the scripts it acknowledges everything, and picks up the agent's own
    leg by itself.
    """

    def __init__(
        self,
        agent: VccAgent,
        calls: list[str] | None = None,
        answered: list[str] | None = None,
        *,
        picks_up: bool = True,
    ) -> None:
        self.agent, self.picks_up = agent, picks_up
        self.heard: list[dict[str, Any]] = []
        self.line = SipLine(
            agent.faults.wire(
                agent.extension, self._hears, lambda: agent.line_left(self.line, clean=False)
            )
        )
        self.says("REGISTER", calls=calls or [], answered=answered or [])

    def _hears(self, message: dict[str, Any]) -> None:
        self.heard.append(message)
        self.agent.leg_arrived(self.line, {"method": "ACK", "n": message["n"]})
        if message["method"] == "INVITE" and message["quiet"] and self.picks_up:
            self.says("ANSWER", message["call"])

    def says(self, method: str, call: str | None = None, **more: Any) -> None:
        self.agent.leg_arrived(self.line, {"method": method, "call": call, **more})

    def leaves(self) -> None:
        self.agent.line_left(self.line, clean=True)

    @property
    def methods(self) -> list[str]:
        return [message["method"] for message in self.heard]

    def last(self, method: str) -> dict[str, Any]:
        return next(message for message in reversed(self.heard) if message["method"] == method)


class VccOffice:
    def __init__(self, seed: int = 1) -> None:
        self.clock = ManualClock()
        self.faults = Faults(self.clock, seed)
        self.exchange = Exchange(self.clock, seed, refuses=self.faults.refuses)
        self.cloud = Vcc(self.exchange, self.faults)

    def agent(self, extension: str = ALICE) -> VccAgent:
        return self.cloud.agents[extension]

    def tab(self, extension: str = ALICE, key: str = "tab") -> FakeTab:
        return FakeTab(self.agent(extension), key)

    def browser(self, extension: str = ALICE, **options: Any) -> FakeBrowser:
        return FakeBrowser(self.agent(extension), **options)

    def signed_in(self, extension: str = ALICE) -> tuple[FakeTab, FakeBrowser]:
        """A tab with the voice, and its browser; what came of signing in is forgotten."""
        tab, browser = self.tab(extension), self.browser(extension)
        tab.heard.clear()
        browser.heard.clear()
        return tab, browser

    def call_of(self, extension: str = ALICE) -> Call:
        (call,) = self.exchange.calls_of(extension)
        return call

    def talking(self, extension: str = ALICE) -> tuple[FakeTab, FakeBrowser, Call]:
        """In a call that came in and was answered in the browser."""
        tab, browser = self.signed_in(extension)
        call = self.exchange.customer_calls(CUSTOMER, extension)
        browser.says("ANSWER", call.id)
        assert call.state == "active"
        return tab, browser, call
