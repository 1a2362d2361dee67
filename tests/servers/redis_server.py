"""Redis, which the tests may kill."""

from __future__ import annotations

import socket

from tests.servers.server_process import LOCAL, ServerProcess, free_port


class Redis(ServerProcess):
    """Empty after a restart, unless it is `durable`."""

    def __init__(self, *, durable: bool = False) -> None:
        super().__init__()
        self.port = free_port()
        self.durable = durable
        self.url = f"redis://{LOCAL}:{self.port}/0"

    def argv(self) -> list[str]:
        append = "yes" if self.durable else "no"
        argv = [
            "/usr/bin/redis-server",
            "--bind",
            LOCAL,
            "--port",
            str(self.port),
            "--dir",
            str(self.dir),
        ]
        return [*argv, "--save", "", "--appendonly", append, "--appendfsync", "always"]

    def ready(self) -> bool:
        with socket.create_connection((LOCAL, self.port), 0.3) as probe:
            probe.sendall(b"PING\r\n")
            return probe.recv(16).startswith(b"+PONG")
