from __future__ import annotations

import pytest

from tests.providers.vcc.simulator.simulation import VccSimulation


@pytest.fixture
def simulation() -> VccSimulation:
    return VccSimulation()
