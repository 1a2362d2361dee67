"""The demo's connections to the pretend clouds."""

from __future__ import annotations

from ..providers.demo import DemoConnection
from .clouds.base import Cloud
from .clouds.registry import CLOUDS
from .demo_agents import AGENTS

_EXTENSIONS = {name.lower(): extension for extension, name, _ in AGENTS}


def demo_connections(origin: str) -> tuple[DemoConnection, ...]:
    """`origin`: the simulator's."""
    return tuple(_connection(cloud, f"{origin}/{cloud.provider}") for cloud in CLOUDS)


def _connection(cloud: Cloud, address: str) -> DemoConnection:
    return DemoConnection(
        cloud.provider,
        cloud.demo_name,
        cloud.demo_settings(address),
        cloud.demo_secrets,
        _EXTENSIONS,
    )
