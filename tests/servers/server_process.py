"""A server process that a test may stop, kill, freeze and start again."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, ClassVar, Self, TypeVar

from tests.servers.forked_process import ForkedProcess

LOCAL = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[2]

T = TypeVar("T")


# Files that run side by side draw from ranges of their own: nobody takes the port of a server that
# has yet to start, or of one that a test counts on to be away.
SIDE = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 4
PORTS = 2_500  # of each side
_drawn: set[int] = {
    10_080
}  # no browser connects to this one: it is on the list of bad ports (fetch.spec.whatwg.org)


def free_port(kind: int = socket.SOCK_STREAM, *, and_next: bool = False) -> int:
    """A port that is free now and that nobody was given before; with `and_next`, the one after it
    is free too.

    From below the range that the system gives to outgoing connections: one of those could take it
    before its server starts.
    """
    first = 10_000 + SIDE * PORTS
    for _ in range(1_000):
        port = random.randrange(first, first + PORTS, 2)
        if (
            port not in _drawn
            and _is_free(port, kind)
            and (not and_next or _is_free(port + 1, kind))
        ):
            _drawn.add(port)
            return port
    raise RuntimeError("no free port")


def _is_free(port: int, kind: int) -> bool:
    try:
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.bind((LOCAL, port))
    except OSError:
        return False
    return True


def wait_for(check: Callable[[], T], timeout: float = 30.0, what: str = "the server") -> T:
    """The first true answer of `check`, which may fail with OSError or ValueError until then."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            if value := check():
                return value
        except (OSError, ValueError):
            pass
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {timeout} s")
        time.sleep(0.03)


def listening(port: int) -> bool:
    with socket.create_connection((LOCAL, port), 0.3):
        return True


def as_user(user: str) -> list[str]:
    """A prefix for a command that refuses to run as root."""
    return (
        ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
        if os.geteuid() == 0
        else []
    )


class ServerProcess:
    """Subclasses give the command (`argv`, `environment`) and the check that it is up (`ready`)."""

    user: ClassVar[str | None] = None
    patience: ClassVar[float] = 10.0

    def __init__(self) -> None:
        self.dir = Path(tempfile.mkdtemp(prefix=f"{type(self).__name__.lower()}-"))
        self.process: subprocess.Popen[bytes] | ForkedProcess | None = None
        if self.user and os.geteuid() == 0:
            shutil.chown(self.dir, self.user)

    def argv(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    def ready(self) -> bool:
        raise NotImplementedError

    def start(self) -> Self:
        with (self.dir / "out.log").open("ab") as log:
            self.process = self._spawn(log)
        wait_for(self._is_up, self.patience, type(self).__name__)
        return self

    def _spawn(self, log: BinaryIO) -> subprocess.Popen[bytes] | ForkedProcess:
        if module := self.module():
            return ForkedProcess(
                *module, cwd=self.dir, env=self.environment(), log=self.dir / "out.log"
            )
        return subprocess.Popen(
            self.argv(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=self.dir,
            env=self.environment(),
            start_new_session=True,
        )

    def module(self) -> tuple[str, list[str]] | None:
        """The module and arguments of a server that the fork server starts instead of `argv`."""
        return None

    def _is_up(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            raise RuntimeError(f"{type(self).__name__} ended at its start:\n{self.log()[-2000:]}")
        return self.ready()

    def log(self) -> str:
        return (self.dir / "out.log").read_text(errors="replace")

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def send(self, number: int) -> None:
        """To the whole group: Kamailio's and gunicorn's workers outlive a killed parent and keep
        the port.
        """
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                pass

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        self.send(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(10)

    def freeze(self) -> None:
        self.send(signal.SIGSTOP)

    def thaw(self) -> None:
        self.send(signal.SIGCONT)

    def stop(self, how: int = signal.SIGTERM, within: float = 12.0) -> None:
        if self.process is None or not self.running:
            return
        self.thaw()
        self.process.send_signal(how)
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()

    def close(self) -> None:
        self.stop()
        self.send(signal.SIGKILL)
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
