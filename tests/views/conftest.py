"""Applications and their people, as tests/application.py makes them; and a served Console."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.application import app, person, quick_passwords, run, settings, store, url
from tests.servers import ConsoleServer
from tests.servers.web_client import WebClient

__all__ = ["app", "person", "quick_passwords", "run", "settings", "store", "url"]


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    with ConsoleServer() as console:
        yield console


@pytest.fixture(scope="module")
def people(server: ConsoleServer) -> Iterator[dict[str, WebClient]]:
    """The cast, signed in and in English."""
    clients = {name: WebClient(server, name) for name in ("alice", "bob", "sam", "ada", "olga")}
    for client in clients.values():
        client.post("/preferences", locale="en")
    yield clients
    for client in clients.values():
        client.close()
