from __future__ import annotations

import pytest

from tests.simulator.exchange.simulation import ExchangeSimulation


@pytest.fixture
def simulation() -> ExchangeSimulation:
    return ExchangeSimulation()
