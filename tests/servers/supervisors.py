"""Users written straight into a demo's database, and many supervisors who watch at once."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self

from sqlalchemy import select

from console.storage import models
from console.storage.database import Database
from tests.servers.console_server import ConsoleServer
from tests.servers.sessions import COOKIE, start_sessions
from tests.servers.web_client import Socket, WebClient


def create_user(
    server: ConsoleServer,
    name: str,
    teams: list[str],
    organisation: str = "Demo",
    role: str = "supervisor",
) -> None:
    """Supervisors with the demo's password, one per team; missing teams are created."""
    database = Database(server.database_url)
    with database.write() as session:
        home = session.scalars(
            select(models.Organisation).where(models.Organisation.name == organisation)
        ).one()
        password = (
            session.scalars(select(models.User).where(models.User.username == "sam"))
            .one()
            .password_hash
        )
        user = models.User(
            organisation_id=home.id,
            username=name,
            password_hash=password,
            name=name.title(),
            role=role,
        )
        session.add(user)
        session.flush()
        for team in teams:
            found = session.scalars(
                select(models.Team).where(
                    models.Team.organisation_id == home.id, models.Team.name == team
                )
            ).first()
            found = found or models.Team(organisation_id=home.id, name=team)
            session.add(found)
            session.flush()
            if role == "agent":
                user.team_id = found.id
            else:
                session.add(models.Supervision(user_id=user.id, team_id=found.id))
    database.close()


def signed_in(server: ConsoleServer, names: list[str]) -> list[WebClient]:
    """Their browsers, without form tokens, which sockets do not need."""
    browsers = [WebClient(server) for _ in names]
    for browser, token in zip(browsers, start_sessions(server, *names), strict=True):
        browser.http.cookies.set(COOKIE, token)
    return browsers


class Watchers:
    """Each reads its own wall in a thread, and notes when a word first stood in a change."""

    def __init__(self, walls: list[Socket]) -> None:
        self.walls = walls
        self._over = threading.Event()
        self._heard: list[dict[str, float]] = [{} for _ in walls]
        self._words: list[str] = []
        self._threads = [
            threading.Thread(target=self._read, args=(n,), daemon=True) for n in range(len(walls))
        ]

    def _read(self, n: int) -> None:
        while not self._over.is_set():
            try:
                message = self.walls[n].receive(0.2)
            except TimeoutError:
                continue
            if message is None:
                return
            for word in self._words[-3:]:
                if word in message.get("html", ""):
                    self._heard[n].setdefault(word, time.monotonic())

    def expect(self, word: str) -> float:
        """From now on; answers the moment."""
        self._words.append(word)
        return time.monotonic()

    def waits(self, word: str, since: float, most: float = 10.0) -> list[float]:
        """Seconds that each of them waited for it."""
        deadline = since + most
        while time.monotonic() < deadline and not all(word in heard for heard in self._heard):
            time.sleep(0.01)
        return [heard.get(word, since + most) - since for heard in self._heard]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(2)
