"""The servers under test, each on core 0, and the load client on core 1."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any, ClassVar, Self

from tests.bench.site import create_site
from tests.servers.server_process import ROOT, free_port, listening, wait_for

HERE = Path(__file__).parent
_TICK = os.sysconf("SC_CLK_TCK")
_GUNICORN = [sys.executable, "-m", "gunicorn"]


def build_load(folder: Path) -> Path:
    program = folder / "load"
    subprocess.run(["gcc", "-O2", "-Wall", "-o", str(program), str(HERE / "load.c")], check=True)
    return program


class Server:
    """A server with a socket for walls and one for agents, started afresh for each measurement."""

    name: ClassVar[str]
    dialect: ClassVar[str]

    def __init__(self) -> None:
        self.dir = Path(tempfile.mkdtemp(prefix="bench-"))
        self.port = free_port()

    def argv(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return {}

    def walls(self, count: int, stalled: int = 0) -> list[str]:
        kinds = ["reader"] * count + ["stalled"] * stalled
        return [f"{kind}\t{self.path}\t\t\t" for kind in kinds]

    def agents(self, count: int) -> list[str]:
        mark = "&" if "?" in self.path else "?"
        return [f"reader\t{self.path}{mark}agent={n}\t\t\t" for n in range(count)]

    path: ClassVar[str] = "/ws"
    connection = "-"
    """Where the phones of its agents are, in the words of its database."""

    def __enter__(self) -> Self:
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith("CONSOLE_")
        }
        with (self.dir / "log").open("wb") as log:
            self.process = subprocess.Popen(
                ["taskset", "-c", "0", *self.argv()],
                cwd=self.dir,
                env={**clean, "PYTHONPATH": str(ROOT), **self.environment()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            wait_for(lambda: listening(self.port), 30, self.name)
        except TimeoutError:
            print((self.dir / "log").read_text(errors="replace")[-2000:], file=sys.stderr)
            self.__exit__()
            raise
        time.sleep(0.7)
        return self

    def __exit__(self, *_error: object) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(12)
                break
        shutil.rmtree(self.dir, ignore_errors=True)

    def post(self, path: str) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://localhost:{self.port}{path}", b"{}", {"Authorization": "Bearer bench"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 (our own server)
            return dict(json.loads(answer.read() or b"{}"))

    def cpu(self) -> float:
        """Seconds of CPU that all its processes have used."""
        used = [
            Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
            for pid in self._pids()
        ]
        return sum(int(fields[11]) + int(fields[12]) for fields in used) / _TICK

    def memory(self) -> int:
        """Kilobytes in memory of all its processes."""
        lines = [
            line
            for pid in self._pids()
            for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        ]
        return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

    def _pids(self) -> list[int]:
        children = (
            Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        )
        return [self.process.pid, *map(int, children)]


class Console(Server):
    name, dialect = "Console", "console"

    def __init__(self) -> None:
        super().__init__()
        self.database_url, self.site = create_site(self.dir)
        self.connection = str(self.site.names["connection"])

    def argv(self) -> list[str]:
        return [*_GUNICORN, "--config", str(ROOT / "gunicorn.conf.py"), "tests.bench.served:app"]

    def environment(self) -> dict[str, str]:
        return {
            "CONSOLE_ENV": "development",
            "CONSOLE_PORT": str(self.port),
            "CONSOLE_DATABASE_URL": self.database_url,
            "CONSOLE_INSTANCE": str(self.dir),
            "BENCH_SITE": json.dumps(self.site.names),
            # the relay itself is measured, message by message, as at its peers
            "CONSOLE_WALL_GATHER_SECONDS": "0",
        }

    def walls(self, count: int, stalled: int = 0) -> list[str]:
        return self.site.walls(count, self.port, stalled)

    def agents(self, count: int) -> list[str]:
        return self.site.agents(count, self.port)


class Peer(Server):
    """Relays a tile of the wall, cut or repeated to as many bytes as Console's messages have on
    average.
    """

    size = 1100
    around: ClassVar[int] = 70  # bytes of a message beside its HTML

    def environment(self) -> dict[str, str]:
        tile = (HERE / "peers/tile.html").read_text(encoding="utf-8").strip()
        html, room = "", self.size - self.around
        for letter in itertools.cycle(tile):
            room -= len(json.dumps(letter, ensure_ascii=False).encode()) - 2
            if room < 0:
                return {"BENCH_HTML": html}
            html += letter
        raise AssertionError


class Naive(Peer):
    name, dialect = "naive flask-sock", "plain"

    def argv(self) -> list[str]:
        options = [
            "--workers",
            "1",
            "--worker-class",
            "gevent",
            "--worker-connections",
            "20000",
            "--bind",
            f"127.0.0.1:{self.port}",
        ]
        return [
            *_GUNICORN,
            *options,
            "--no-control-socket",
            "--keep-alive",
            "60",
            "tests.bench.peers.naive:app",
        ]


class SocketIo(Peer):
    name, dialect = "Node socket.io", "socketio"
    path = "/socket.io/?EIO=4&transport=websocket"

    def argv(self) -> list[str]:
        return ["node", str(HERE / "peers/socketio.cjs"), str(self.port)]


class Load:
    """The load client with its sockets open.

    Each command answers with what was measured, the server's CPU beside it.
    """

    def __init__(self, program: Path, server: Server, sockets: list[str], agents: int) -> None:
        self._server = server
        self.stalled = any(row.startswith("stalled") for row in sockets)
        connections = server.dir / "connections"
        connections.write_text("\n".join(sockets) + "\n", encoding="utf-8")
        words = [str(server.port), server.dialect, str(connections), "8", str(agents)]
        self._client = subprocess.Popen(
            ["taskset", "-c", "1", str(program), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.opened = self._answer()
        self.tell("idle 1")

    def _answer(self) -> dict[str, float]:
        assert self._client.stdout is not None
        return dict(json.loads(self._client.stdout.readline()))

    def tell(self, command: str) -> dict[str, float]:
        assert self._client.stdin is not None
        before = self._server.cpu()
        self._client.stdin.write(command + "\n")
        self._client.stdin.flush()
        return {**self._answer(), "cpu": self._server.cpu() - before}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.kill()
        self._client.wait()
