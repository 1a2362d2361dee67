"""Console itself in a process group that a test may kill.

The first one prepares a database with the demo; the next ones serve a copy of it.
"""

from __future__ import annotations

import os
import sys
import urllib.request
from collections.abc import Mapping
from typing import ClassVar, Self

from sqlalchemy import update

from console.config import Settings
from console.storage.database import Database
from console.storage.models import Organisation
from tests import compiled_templates
from tests.servers import prepared_demo
from tests.servers.forked_process import run_flask
from tests.servers.server_process import LOCAL, ROOT, ServerProcess, free_port, listening, wait_for

PASSWORD = "console-demo"
_PREPARED = ROOT / "tests/servers/prepared_console.py"
_PREPARED_OTHERWISE = {"env", "instance", "encryption_keys", "secret_key"}


def plain_environment(settings: Mapping[str, object]) -> dict[str, str]:
    """This process's, with these settings and without those of the person who runs the tests."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("CONSOLE_")
    }
    return inherited | {f"CONSOLE_{name.upper()}": str(value) for name, value in settings.items()}


class ConsoleServer(ServerProcess):
    """A development server with the demo in a database of its own. Settings by their names without
    CONSOLE_:

    ConsoleServer(sip_url=kamailio.ws_url, database_url=…, expire_seconds=6). It has no simulator
    without simulator="on". `restart()` keeps port and database. The demo has no wrap-up without
    `wrap_up`: most tests make one call after another. `by_hand` starts it as a person does, with
    `python app.py`.
    """

    patience: ClassVar[float] = 60.0

    def __init__(
        self,
        *,
        sip_url: str | None = None,
        database_url: str | None = None,
        port: int | None = None,
        wrap_up: bool = False,
        by_hand: bool = False,
        **settings: object,
    ) -> None:
        super().__init__()
        self._without_wrap_up = not wrap_up
        self._by_hand = by_hand
        self._started = False
        self._is_plain_demo = not database_url and _PREPARED_OTHERWISE.isdisjoint(settings)
        self.port = port or free_port()
        self.url = f"http://localhost:{self.port}"
        self.database_url = database_url or f"sqlite:///{self.dir}/console.db"
        self.settings = {
            "port": self.port,
            "database_url": self.database_url,
            "env": "development",
            "simulator": "off",
            **settings,
        }
        if sip_url:
            self.settings["demo_sip_url"] = sip_url
        simulator = f"http://localhost:{settings.get('simulator_port', self.port + 1)}"
        self._addresses = prepared_demo.Addresses(
            sip_url or Settings().demo_sip_url,
            simulator if self.settings["simulator"] == "on" else None,
        )

    def start(self) -> Self:
        first = not self._started
        self._started = True
        copied = first and self._is_plain_demo and prepared_demo.copy_to(self.dir, self._addresses)
        if first and not copied and self.module():
            self._prepare()
        super().start()
        if first and self._is_plain_demo and not copied:
            prepared_demo.keep(self.dir, self._addresses)
        if first and self._without_wrap_up:
            self._no_wrap_up()
        return self

    def _prepare(self) -> None:
        status, output = run_flask("prepare", cwd=self.dir, env=self.environment())
        if status:
            raise RuntimeError(f"the database is not prepared:\n{output[-2000:]}")

    def _no_wrap_up(self) -> None:
        database = Database(self.database_url)
        with database.write() as session:
            session.execute(update(Organisation).values(wrap_up_seconds=0))
        database.close()

    def module(self) -> tuple[str, list[str]] | None:
        if self._by_hand:
            return None
        return "gunicorn", ["--config", str(_PREPARED), "--chdir", str(self.dir)]

    def argv(self) -> list[str]:
        return [sys.executable, str(ROOT / "app.py")]

    def environment(self) -> dict[str, str]:
        compiled = {compiled_templates.DIRECTORY: str(compiled_templates.directory())}
        return plain_environment(self.settings) | compiled

    def ready(self) -> bool:
        with urllib.request.urlopen(
            f"http://{LOCAL}:{self.port}/health/ready", timeout=1
        ) as answer:
            return bool(answer.status == 200)

    def crash(self) -> None:
        """kill -9 of master and workers at once."""
        self.kill()

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        """Killed: its goodbyes, for which nobody waits any more, take a second or two.

        Its orderly stop has tests of its own.
        """
        self.kill()
        wait_for(self._is_gone, 10, "the end of its workers")
        super().close()

    def _is_gone(self) -> bool:
        """The master has ended; a worker may keep the port for a moment more."""
        try:
            return not listening(self.port)
        except ConnectionRefusedError:
            return True
