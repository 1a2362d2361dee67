"""A third agent beside the demo's two, so that a call can be passed on."""

from __future__ import annotations

import subprocess
import sys

from tests.servers import ConsoleServer
from tests.servers.server_process import ROOT

CREATED_PASSWORD = "four quiet herons wade"


def create_agent(
    server: ConsoleServer,
    username: str = "carol",
    extension: str = "1003",
    connection: str = "Demo PBX",
) -> None:
    """As an administrator does it, by the commands of the README."""
    _flask(
        server,
        ["create-user", "Demo", username, "--name", username.title(), "--team", "Team One"],
        CREATED_PASSWORD,
    )
    _flask(server, ["create-line", "Demo", connection, username, extension], f"pw-{extension}")


def _flask(server: ConsoleServer, command: list[str], secret: str) -> None:
    run = [sys.executable, "-m", "flask", "--app", "app", *command]
    environment = server.environment() | {"CONSOLE_INSTANCE": str(server.dir / "instance")}
    subprocess.run(
        run,
        input=f"{secret}\n",
        text=True,
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        timeout=60,
    )
