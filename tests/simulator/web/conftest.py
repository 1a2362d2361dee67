from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.simulator import Simulator


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator() as alone:
        yield alone
