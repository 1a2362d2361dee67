"""Everything that takes part: Console with two workers on PostgreSQL and Redis, the exchange, and
three browsers.
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import psycopg
from playwright.sync_api import BrowserType

from tests.chaos.agent_browser import AgentBrowser
from tests.servers import LOCAL, ConsoleServer, Kamailio, Postgres, Redis, Wire

# Waits of seconds instead of half-minutes: the order of the real ones is kept.
TIMES: dict[str, int] = {
    "ping_seconds": 1,
    "suspect_seconds": 3,
    "fence_seconds": 5,
    "expire_seconds": 7,
    "start_grace_seconds": 7,
    "silent_call_seconds": 7,
    "carry_seconds": 20,
    "ice_patience_seconds": 3,
}
KEYS: dict[str, Any] = {
    "secret_key": "k" * 48,
    "encryption_keys": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
}
LINES = {"alice": "1001", "bob": "1002"}
_OPEN = (
    "SELECT u.username, count(*) FROM calls c JOIN users u ON u.id = c.agent_id WHERE c.ended_at IS"
    " NULL GROUP BY 1"
)


class Simulation:
    """Alice has two browsers, Bob has one."""

    def __init__(self, chromium: BrowserType) -> None:
        self._opened = contextlib.ExitStack()
        with contextlib.ExitStack() as stack:
            self.postgres = stack.enter_context(Postgres())
            self.redis = stack.enter_context(Redis())
            self.kamailio = stack.enter_context(Kamailio())
            self.exchange_wire = stack.enter_context(Wire(self.kamailio.port))
            self.server = stack.enter_context(self._console())
            self.agents = [
                self._agent_browser(stack, chromium, name) for name in ("alice A", "alice B", "bob")
            ]
            self._opened = stack.pop_all()
        self.due: list[tuple[float, str, Callable[[], object]]] = []

    def _console(self) -> ConsoleServer:
        sip_url = f"ws://{LOCAL}:{self.exchange_wire.port}"
        url = self.postgres.new_database()
        return ConsoleServer(
            sip_url=sip_url, database_url=url, redis_url=self.redis.url, workers=2, **TIMES, **KEYS
        )

    def _agent_browser(
        self, stack: contextlib.ExitStack, chromium: BrowserType, name: str
    ) -> AgentBrowser:
        agent = AgentBrowser(chromium, name, name.split()[0], self.server)
        stack.callback(agent.close)
        return agent.sign_in()

    @property
    def alices(self) -> list[AgentBrowser]:
        return self.agents[:2]

    @property
    def bob(self) -> AgentBrowser:
        return self.agents[2]

    def later(self, seconds: float, what: str, work: Callable[[], object]) -> None:
        self.due.append((time.monotonic() + seconds, what, work))

    def pause(self, seconds: float) -> list[str]:
        """Lets time pass, with what is due in it; answers what that was."""
        done: list[str] = []
        until = time.monotonic() + seconds
        while True:
            done += self._do_what_is_due(time.monotonic())
            left = until - time.monotonic()
            if left <= 0:
                return done
            self._receive_events(min(left, 0.1))

    def _do_what_is_due(self, now: float) -> list[str]:
        ready = [entry for entry in self.due if entry[0] <= now]
        self.due = [entry for entry in self.due if entry[0] > now]
        for _, _, work in ready:
            work()
        return [what for _, what, _ in ready]

    def _receive_events(self, seconds: float) -> None:
        """Playwright reports crashes only during requests; the browser answers even when its pages
        do not.
        """
        self.bob.processes.send("Browser.getVersion")
        time.sleep(seconds)

    def restore(self) -> None:
        """End every active fault, in the order of their planned ends."""
        for _, _, work in sorted(self.due, key=lambda entry: entry[0]):
            work()
        self.due = []

    def contacts(self, user: str) -> int:
        return self.kamailio.registered(LINES[user])

    def open_calls(self) -> Counter[str]:
        """By agent, as stored in the database."""
        with psycopg.connect(self.server.database_url, connect_timeout=3) as connection:
            return Counter(dict(connection.execute(_OPEN).fetchall()))

    def peers(self) -> Counter[str]:
        """By agent, as their phones report."""
        found: Counter[str] = Counter()
        for agent in self.agents:
            for tab in agent.answers:
                found[agent.user] += tab.peers()
        return +found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()
