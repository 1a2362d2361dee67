"""The row of a vendor's pretend cloud in the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from flask import Flask

from ..exchange import Exchange
from ..exchange.faults import Faults


class Cloud(NamedTuple):
    """`init_app` serves the cloud below /<provider>; agents who sign in there are connected to the
    exchange by the cloud's CloudAdapter.
    """

    provider: str
    init_app: Callable[[Flask, Exchange, Faults], object]
    # Console's connection in the demo: name, settings (of the cloud's address), and secrets.
    demo_name: str
    demo_settings: Callable[[str], Mapping[str, str]]
    demo_secrets: Mapping[str, str]
