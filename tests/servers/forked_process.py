"""Processes that the fork server starts, with the part of `subprocess.Popen` that tests use."""

from __future__ import annotations

import atexit
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 1_000_000  # bytes of a message


class _ForkServer:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            # By its path: its package would import psycopg and SQLAlchemy before they are patched.
            [sys.executable, "-P", str(ROOT / "tests/servers/fork_server.py")],
            stdin=theirs.fileno(),
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        theirs.close()
        self._socket.recv(LONGEST)  # it has imported everything
        atexit.register(self._close)

    def ask(self, message: dict[str, Any]) -> int:
        with self._lock:
            self._socket.send(json.dumps(message).encode())
            return int(json.loads(self._socket.recv(LONGEST)))

    def _close(self) -> None:
        self._socket.close()
        self._process.wait(10)


@functools.cache
def _fork_server() -> _ForkServer:
    return _ForkServer()


class ForkedProcess:
    """`python -m module arguments`, in a session of its own."""

    def __init__(
        self, module: str, arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path
    ) -> None:
        self.returncode: int | None = None
        self.pid = _fork_server().ask(
            {
                "module": module,
                "arguments": list(arguments),
                "cwd": str(cwd),
                "env": dict(env),
                "log": str(log),
            }
        )
        self._handle = os.pidfd_open(self.pid)

    def poll(self) -> int | None:
        return self._ended_within(0)

    def wait(self, timeout: float) -> int:
        status = self._ended_within(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def _ended_within(self, seconds: float) -> int | None:
        if self.returncode is None and select.select([self._handle], [], [], seconds)[0]:
            self.returncode = os.waitstatus_to_exitcode(_fork_server().ask({"wait": self.pid}))
            os.close(self._handle)
        return self.returncode


def run_module(
    module: str, arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str]
) -> tuple[int, str]:
    """The status of `python -m module arguments`, and all that it wrote."""
    with tempfile.NamedTemporaryFile(prefix="output-") as log:
        output = Path(log.name)
        status = ForkedProcess(module, arguments, cwd=cwd, env=env, log=output).wait(60)
        return status, output.read_text(errors="replace")


def run_flask(*words: str, cwd: Path, env: Mapping[str, str]) -> tuple[int, str]:
    """A command of Console as `run_module` runs it."""
    return run_module("flask", ["--app", str(ROOT / "app.py"), *words], cwd=cwd, env=env)
