"""Fixtures of the websocket's tests: the cast in a database, a hub, and a served Console."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import gevent
import pytest

from console.realtime.fragments import Fragments
from console.realtime.hub import Hub
from console.storage.database import Database
from tests.cast import Cast, assemble
from tests.realtime.listeners import Renders
from tests.servers import ConsoleServer


@pytest.fixture
def cast_(database: Database) -> Cast:
    return assemble(database)


@pytest.fixture
def renders() -> Renders:
    return Renders()


@pytest.fixture
def hub(cast_: Cast, renders: Renders) -> Hub:
    """A hub whose walls get each change by itself."""
    made = Hub(cast_.database, cast(Fragments, renders), gather_seconds=0)
    made.start()
    return made


@pytest.fixture
def live_hub(cast_: Cast, renders: Renders) -> Iterator[Hub]:
    """A hub that passes on what it gathers, until its test is over."""
    made = Hub(cast_.database, cast(Fragments, renders), gather_seconds=0.01)
    relay = gevent.spawn(made.run)
    yield made
    relay.kill()


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[ConsoleServer]:
    """Console as the module's `SETTINGS` choose it."""
    with ConsoleServer(**getattr(request.module, "SETTINGS", {})) as console:
        yield console
