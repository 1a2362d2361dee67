"""An agent's browser on the pretend VCC cloud: the real provider module and the pretend scripts in
node, on the test's time.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any, ClassVar

from console.simulator.exchange import Exchange
from console.simulator.exchange.faults import Faults
from console.simulator.vcc import Vcc
from console.simulator.vcc_sockets import AgentSocket, SipSocket
from console.simulator.vcc_words import Id
from tests.servers import ROOT

MOBILE_NUMBER = "0931234567"
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


class Browser:
    """Node, whose start is dear: one page after the other is opened in it."""

    free: ClassVar[list[Browser]] = []

    def __init__(self) -> None:
        script = str(ROOT / "tests/js/vcc-desk.mjs")
        self.node = subprocess.Popen(
            ["node", "--no-warnings", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @classmethod
    def taken(cls) -> Browser:
        return cls.free.pop() if cls.free else cls()

    @classmethod
    def close_all(cls) -> None:
        while cls.free:
            cls.free.pop().close()

    def told(self, given: dict[str, Any]) -> dict[str, Any]:
        """What comes of a step."""
        assert self.node.stdin and self.node.stdout
        self.node.stdin.write(json.dumps(given) + "\n")
        self.node.stdin.flush()
        told: dict[str, Any] = json.loads(self.node.stdout.readline())
        return told

    def given_back(self) -> None:
        if self.node.poll() is None:
            self.free.append(self)
        else:
            self.close()

    def close(self) -> None:
        assert self.node.stdin and self.node.stdout
        self.node.stdin.close()
        self.node.stdout.close()
        self.node.wait(10)


class VccDesk:
    """`device`: where the agent has chosen to take calls before the page opens.

    `switches`: how the vendor's scripts differ.
    """

    def __init__(
        self, cloud: Vcc, extension: str, device: str = "browser", **switches: object
    ) -> None:
        self.cloud, self.extension = cloud, extension
        self.faults: Faults = cloud.faults
        self.exchange: Exchange = cloud.exchange
        self.given = {
            "device": device,
            "device_number": MOBILE_NUMBER if device == "gsm" else "",
            "switches": switches,
        }
        self.sockets: dict[int, tuple[Mouth, AgentSocket | SipSocket]] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.events: list[dict[str, Any]] = []
        self.reached: set[str] = set()  # ids of the calls that rang here
        self.offers = 0  # calls that a colleague wanted to hand on
        self.unrest: list[
            float
        ] = []  # when the device was asked for or told, and when the agent server's socket broke
        self.status: dict[str, Any] = {}
        self.browser = Browser.taken()
        self._open_page()

    def _open_page(self) -> None:
        """With the next step."""
        self.opening: list[int] = []
        self.page: dict[str, Any] | None = dict(self.given)

    def asks(self, name: str, **args: Any) -> None:
        """A command of Console's, carried out in the next step."""
        self.asked.append((name, args))
        if name == "set_device":
            self.given |= {"device": args["device"], "device_number": args.get("number", "")}

    def step(self) -> None:
        told = self.browser.told(self._collected())
        self.events += told["events"]
        self.status = told["status"]
        for id, url in told["opened"]:
            self._opened(id, url)
        for id, message in told["sent"]:
            if id in self.sockets:
                self._hears(message)
                self.sockets[id][1]._on_message(message)
        for id in told["closed"]:
            self._over(id, clean=True)
        if told["reloads"]:
            self._loads_again()

    def _loads_again(self) -> None:
        """As the workspace does with a frame that has loaded a second time: what ran in
        it is gone.
        """
        now = max([event["now"] for event in self.events], default=0)
        for call in self.status["calls"]:
            self.events.append(
                {"type": "ended", "call": call, "ended_by": "system", "cause": "failed", "now": now}
            )
        for id in list(self.sockets):
            self._over(id, clean=True)
        self._unrest()
        self._open_page()

    def _hears(self, message: dict[str, Any]) -> None:
        if message.get("objectId") == Id.DEVICE:
            self._unrest()

    def _unrest(self) -> None:
        self.unrest.append(self.exchange.clock.now())

    def _notes(self, message: dict[str, Any]) -> None:
        """What the browser is told."""
        if message.get("objectId") == Id.RING or message.get("method") == "INVITE":
            self.reached.add(str(message.get("callId") or message.get("call")))
        elif message.get("objectId") == Id.DEVICE:
            self._unrest()
        elif message.get("objectId") == Id.TRANSFER_ASKED:
            self.offers += 1

    def _collected(self) -> dict[str, Any]:
        """What the cloud has for the browser since the last step."""
        messages: list[tuple[int, dict[str, Any]]] = []
        drop: list[int] = []
        for id, (mouth, _) in list(self.sockets.items()):
            messages += [(id, message) for message in mouth.said]
            for message in mouth.said:
                self._notes(message)
            mouth.said = []
            if mouth.dropped:
                drop.append(id)
                self._over(id, clean=False)
        given = {
            "open": self.opening,
            "messages": messages,
            "drop": drop,
            "commands": self.asked,
            "ms": int(STEP * 1000),
        }
        if self.page is not None:
            given["page"] = self.page
        self.opening, self.asked, self.page = [], [], None
        return given

    def _opened(self, id: int, url: str) -> None:
        mouth = Mouth()
        self.opening.append(id)
        if url.endswith("/agent/websocket"):
            self.sockets[id] = (
                mouth,
                AgentSocket(
                    mouth, lambda token, domain: self.cloud.agents[self.extension], self.faults
                ),
            )  # type: ignore[arg-type]
        else:
            self.sockets[id] = (
                mouth,
                SipSocket(mouth, lambda extension: self.cloud.agents[self.extension], self.faults),
            )  # type: ignore[arg-type]

    def _over(self, id: int, *, clean: bool) -> None:
        """As the end of AgentSocket.run and SipSocket.run."""
        _, socket = self.sockets.pop(id, (None, None))
        self._unrest()
        if isinstance(socket, AgentSocket) and socket.agent is not None:
            socket.agent.left(socket.tab, clean=clean)
        elif isinstance(socket, SipSocket) and socket.agent is not None:
            socket.agent.line_left(socket.line, clean=clean)

    def close(self) -> None:
        self.browser.given_back()
