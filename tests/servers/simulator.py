"""The simulator alone, as a process; a test plays its customers over HTTP."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request
from typing import Any

from tests.servers.console_server import plain_environment
from tests.servers.server_process import LOCAL, ROOT, ServerProcess, free_port, wait_for


class Refused(Exception):
    """The simulator's refusal: its status and its sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(f"{status}: {sentence}")
        self.status, self.sentence = status, sentence


class Simulator(ServerProcess):
    """Customers, faults and truth of one pretend exchange. Settings by their names without
    CONSOLE_.

    ConsoleServer(simulator="on", simulator_port=simulator.port) has the demo's lines on it:
    Console's own simulator finds the port taken and exits. Otherwise Console starts one:
    Simulator.beside(port).
    """

    def __init__(self, port: int | None = None, **settings: object) -> None:
        super().__init__()
        self.port = port or free_port()
        self.url = f"http://localhost:{self.port}"
        self.settings = {
            "env": "development",
            "instance": self.dir / "instance",
            "simulator_port": self.port,
            **settings,
        }

    @classmethod
    def beside(cls, port: int) -> Simulator:
        """The simulator that a Console started on this port: not for the test to stop."""
        found = cls(port)
        shutil.rmtree(found.dir)
        wait_for(found.ready, 20, "the simulator beside Console")
        return found

    def module(self) -> tuple[str, list[str]]:
        return "console.simulator", []

    def environment(self) -> dict[str, str]:
        return plain_environment(self.settings) | {"PYTHONPATH": str(ROOT)}

    def ready(self) -> bool:
        with urllib.request.urlopen(
            f"http://{LOCAL}:{self.port}/simulator/api/state", timeout=2
        ) as answer:
            return bool(answer.status == 200)

    def ask(self, path: str, given: dict[str, Any] | None = None, method: str = "") -> Any:
        """GET, or POST of what is given; the answer's JSON."""
        body = None if given is None else json.dumps(given).encode()
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Language": "en",
        }
        method = method or ("GET" if body is None else "POST")
        request = urllib.request.Request(
            f"http://{LOCAL}:{self.port}/simulator/api/{path}", body, headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            raise Refused(refusal.code, json.load(refusal)["sentence"]) from None

    # Customers
    # ------------------------------------------------------------------------------------------

    def place(self, number: str, to: str = "queue", **lengths: float) -> str:
        """A customer calls; returns the id of the call. `talk`, `patience`: seconds."""
        return str(self.ask("calls", {"number": number, "to": to, **lengths})["id"])

    def customer_answers(self, id: str) -> None:
        self.ask(f"calls/{id}/customer-answers", {})

    def customer_hangs_up(self, id: str) -> None:
        self.ask(f"calls/{id}/customer-hangs-up", {})

    def device_answers(self, id: str) -> None:
        """The agent picks up their desk phone or mobile."""
        self.ask(f"calls/{id}/device-answers", {})

    def device_hangs_up(self, id: str) -> None:
        self.ask(f"calls/{id}/device-hangs-up", {})

    # Faults
    # ---------------------------------------------------------------------------------------------

    def fails(self, **faults: float) -> None:
        """fails(hold_refused=1): see console/simulator/exchange/faults.py."""
        self.ask("faults", dict(faults))

    def works(self) -> None:
        self.ask("faults/clear", {})

    def cut(self, extension: str = "") -> int:
        return int(self.ask("cut", {"agent": extension})["cut"])

    def restart(self, seed: int | None = None) -> int:
        """From the start, without any call; the seed."""
        return int(self.ask("restart", {"seed": seed})["seed"])

    # Truth
    # ----------------------------------------------------------------------------------------------

    def truth(self) -> list[dict[str, Any]]:
        """All calls there were since the start."""
        calls: list[dict[str, Any]] = self.ask("state")["calls"]
        return calls

    def call(self, id: str) -> dict[str, Any]:
        return next(call for call in self.truth() if call["id"] == id)

    def agent(self, extension: str) -> dict[str, Any]:
        found: dict[str, Any] = next(
            agent for agent in self.ask("state")["agents"] if agent["extension"] == extension
        )
        return found

    def log_lines(self) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = self.ask("log")
        return lines

    def wait_for_state(self, id: str, *states: str, within: float = 10.0) -> dict[str, Any]:
        """The call, once it is in one of the states."""
        return (
            wait_for(
                lambda: call if (call := self.call(id))["state"] in states else None,
                within,
                f"{' or '.join(states)}",
            )
            or {}
        )

    def wait_for_agent(self, extension: str, within: float = 15.0) -> None:
        """Until a call would ring there."""
        wait_for(lambda: self.agent(extension)["reachable"], within, f"agent {extension}")

    def rings_in_browser(self, extension: str) -> bool:
        """A desk phone rings too, and an agent who signs in has it for another moment."""
        agent = self.agent(extension)
        return bool(agent["reachable"]) and agent["device"] == 1

    def wait_for_browser(self, extension: str, within: float = 15.0) -> None:
        """Until a call would ring in the agent's browser."""
        wait_for(lambda: self.rings_in_browser(extension), within, f"browser of {extension}")
