"""Ports of the tests' servers."""

from __future__ import annotations

import random

import pytest

from tests.servers.server_process import free_port


def test_no_server_gets_the_port_that_browsers_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    offered = iter([10_080, *range(14_000, 16_000, 2)])
    monkeypatch.setattr(random, "randrange", lambda *_: next(offered))
    assert free_port() >= 14_000
