"""An agent's browser on the pretend VCC cloud: the real provider module and the pretend scripts in
node, on the test's time.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any, ClassVar

from console.simulator.clouds.vcc.codes import Id
from console.simulator.clouds.vcc.sockets import AgentSocket, SipSocket
from tests.providers.vcc.simulator.simulation import VccSimulation
from tests.servers import ROOT

SCRIPT = ROOT / "tests/js/providers/vcc/agent-browser.mjs"
MOBILE_NUMBER = "0931234567"
STEP = 0.25  # seconds: how long a message takes to the browser, and back


class RecordingWriter:
    """The cloud's end of one socket."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.dropped = False

    def send(self, message: dict[str, Any]) -> None:
        self.messages.append(json.loads(json.dumps(message)))

    def drop(self) -> None:
        self.dropped = True


class NodeProcess:
    """Node starts slowly: one page after the other is opened in the same process."""

    free: ClassVar[list[NodeProcess]] = []

    def __init__(self) -> None:
        self._node = subprocess.Popen(
            ["node", "--no-warnings", str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @classmethod
    def take(cls) -> NodeProcess:
        return cls.free.pop() if cls.free else cls()

    @classmethod
    def close_all(cls) -> None:
        while cls.free:
            cls.free.pop().close()

    def step(self, given: dict[str, Any]) -> dict[str, Any]:
        """The outcome of a step."""
        assert self._node.stdin and self._node.stdout
        self._node.stdin.write(json.dumps(given) + "\n")
        self._node.stdin.flush()
        outcome: dict[str, Any] = json.loads(self._node.stdout.readline())
        return outcome

    def give_back(self) -> None:
        if self._node.poll() is None:
            self.free.append(self)
        else:
            self.close()

    def close(self) -> None:
        assert self._node.stdin and self._node.stdout
        self._node.stdin.close()
        self._node.stdout.close()
        self._node.wait(10)


Socket = AgentSocket | SipSocket


class AgentBrowser:
    """`device`: where the agent has chosen to take calls before the page opens.

    `switches`: the differences of the vendor's scripts.
    """

    def __init__(
        self, simulation: VccSimulation, extension: str, device: str = "browser", **switches: object
    ) -> None:
        self.simulation, self.extension = simulation, extension
        self.given = {
            "device": device,
            "device_number": MOBILE_NUMBER if device == "gsm" else "",
            "switches": switches,
        }
        self.sockets: dict[int, tuple[RecordingWriter, Socket]] = {}
        self.commands: list[tuple[str, dict[str, Any]]] = []
        self.events: list[dict[str, Any]] = []
        self.reached: set[str] = set()  # ids of the calls that rang here
        self.offers = 0  # calls that a colleague wanted to transfer
        # When a device was asked for or reported, and when the agent server's socket broke.
        self.unrest: list[float] = []
        self.status: dict[str, Any] = {}
        self.node = NodeProcess.take()
        self._open_page()

    def _open_page(self) -> None:
        """The page opens with the next step."""
        self.opening: list[int] = []
        self.page: dict[str, Any] | None = dict(self.given)

    def command(self, name: str, **args: Any) -> None:
        """A command of Console's, carried out in the next step."""
        self.commands.append((name, args))
        if name == "set_device":
            self.given |= {"device": args["device"], "device_number": args.get("number", "")}

    def step(self) -> None:
        outcome = self.node.step(self._collect())
        self.events += outcome["events"]
        self.status = outcome["status"]
        for id, url in outcome["opened"]:
            self._open_socket(id, url)
        for id, message in outcome["sent"]:
            if id in self.sockets:
                self._note_sent(message)
                self.sockets[id][1].handle(message)
        for id in outcome["closed"]:
            self._end_socket(id)
        if outcome["reloads"]:
            self._reload()

    def _reload(self) -> None:
        """As the workspace does with a frame that has loaded a second time: its calls are gone."""
        now = max([event["now"] for event in self.events], default=0)
        for call in self.status["calls"]:
            self.events.append(
                {"type": "ended", "call": call, "ended_by": "system", "cause": "failed", "now": now}
            )
        for id in list(self.sockets):
            self._end_socket(id)
        self._note_unrest()
        self._open_page()

    # The certainty of the browser's knowledge
    # ------------------------------------------------------------------------

    def _note_sent(self, message: dict[str, Any]) -> None:
        if message.get("objectId") == Id.DEVICE:
            self._note_unrest()

    def _note_unrest(self) -> None:
        self.unrest.append(self.simulation.clock.now())

    def _note_received(self, message: dict[str, Any]) -> None:
        if message.get("objectId") == Id.RING or message.get("method") == "INVITE":
            self.reached.add(str(message.get("callId") or message.get("call")))
        elif message.get("objectId") == Id.DEVICE:
            self._note_unrest()
        elif message.get("objectId") == Id.TRANSFER_ASKED:
            self.offers += 1

    # Sockets
    # ------------------------------------------------------------------------------------------

    def _collect(self) -> dict[str, Any]:
        """The cloud's messages for the browser since the last step."""
        messages: list[tuple[int, dict[str, Any]]] = []
        drop: list[int] = []
        for id, (writer, _) in list(self.sockets.items()):
            messages += [(id, message) for message in writer.messages]
            for message in writer.messages:
                self._note_received(message)
            writer.messages = []
            if writer.dropped:
                drop.append(id)
                self._end_socket(id)
        given = {
            "open": self.opening,
            "messages": messages,
            "drop": drop,
            "commands": self.commands,
            "ms": int(STEP * 1000),
        }
        if self.page is not None:
            given["page"] = self.page
        self.opening, self.commands, self.page = [], [], None
        return given

    def _open_socket(self, id: int, url: str) -> None:
        writer = RecordingWriter()
        self.opening.append(id)
        self.sockets[id] = writer, self._socket(writer, url)

    def _socket(self, writer: Any, url: str) -> Socket:
        agent, faults = self.simulation.cloud.agents[self.extension], self.simulation.faults
        if url.endswith("/agent/websocket"):
            return AgentSocket(writer, lambda token, domain: agent, faults)
        return SipSocket(writer, lambda extension: agent, faults)

    def _end_socket(self, id: int) -> None:
        _, socket = self.sockets.pop(id, (None, None))
        self._note_unrest()
        if socket is not None:
            socket.end()

    def close(self) -> None:
        self.node.give_back()
