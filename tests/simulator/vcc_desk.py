"""An agent's browser on the pretend VCC cloud: the real provider module and the pretend scripts in node, on the test's time."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from console.simulator.exchange import Exchange
from console.simulator.faults import Faults
from console.simulator.vcc import Vcc
from console.simulator.vcc_sockets import AgentSocket, SipSocket
from tests.parts.real_parts import ROOT

STEP = 0.25  # seconds: how long a message takes to the browser, and back


class Mouth:
    """The cloud's end of one socket."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []
        self.dropped = False

    def send(self, message: dict[str, Any]) -> None:
        self.said.append(json.loads(json.dumps(message)))

    def drop(self) -> None:
        self.dropped = True

    def close(self) -> None:
        """Nothing to stop here."""


class VccDesk:
    def __init__(self, cloud: Vcc, extension: str) -> None:
        self.cloud, self.extension = cloud, extension
        self.faults: Faults = cloud.faults
        self.exchange: Exchange = cloud.exchange
        self.node = subprocess.Popen(
            ["node", "--no-warnings", str(ROOT / "tests/js/vcc-desk.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.sockets: dict[int, tuple[Mouth, AgentSocket | SipSocket]] = {}
        self.opening: list[int] = []
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.events: list[dict[str, Any]] = []
        self.reached: set[str] = set()  # ids of the calls of which at least one message came through
        self.status: dict[str, Any] = {}
        self.reloads = 0

    def asks(self, name: str, **args: Any) -> None:
        """A command of Console's, carried out in the next step."""
        self.asked.append((name, args))

    def step(self) -> None:
        told = self._exchanged(self._collected())
        self.events += told["events"]
        self.status, self.reloads = told["status"], told["reloads"]
        for id, url in told["opened"]:
            self._opened(id, url)
        for id, message in told["sent"]:
            if id in self.sockets:
                self.sockets[id][1]._on_message(message)
        for id in told["closed"]:
            self._over(id, clean=True)

    def _collected(self) -> dict[str, Any]:
        """What the cloud has for the browser since the last step."""
        messages: list[tuple[int, dict[str, Any]]] = []
        drop: list[int] = []
        for id, (mouth, _) in list(self.sockets.items()):
            messages += [(id, message) for message in mouth.said]
            self.reached |= {str(message.get("callId") or message.get("call")) for message in mouth.said}
            mouth.said = []
            if mouth.dropped:
                drop.append(id)
                self._over(id, clean=False)
        given = {"open": self.opening, "messages": messages, "drop": drop, "commands": self.asked, "ms": int(STEP * 1000)}
        self.opening, self.asked = [], []
        return given

    def _exchanged(self, given: dict[str, Any]) -> dict[str, Any]:
        assert self.node.stdin and self.node.stdout
        self.node.stdin.write(json.dumps(given) + "\n")
        self.node.stdin.flush()
        told: dict[str, Any] = json.loads(self.node.stdout.readline())
        return told

    def _opened(self, id: int, url: str) -> None:
        mouth = Mouth()
        self.opening.append(id)
        if url.endswith("/agent/websocket"):
            self.sockets[id] = mouth, AgentSocket(mouth, lambda token, domain: self.cloud.agents[self.extension], self.faults)  # type: ignore[arg-type]
        else:
            self.sockets[id] = mouth, SipSocket(mouth, lambda extension: self.cloud.agents[self.extension], self.faults)  # type: ignore[arg-type]

    def _over(self, id: int, *, clean: bool) -> None:
        """As the end of AgentSocket.run and SipSocket.run."""
        _, socket = self.sockets.pop(id, (None, None))
        if isinstance(socket, AgentSocket) and socket.agent is not None:
            socket.agent.left(socket.tab, clean=clean)
        elif isinstance(socket, SipSocket) and socket.agent is not None:
            socket.agent.line_left(socket.line, clean=clean)

    def close(self) -> None:
        assert self.node.stdin and self.node.stdout
        self.node.stdin.close()
        self.node.stdout.close()
        self.node.wait(10)
