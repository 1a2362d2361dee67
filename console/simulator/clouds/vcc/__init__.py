"""VCC's pretend cloud, written by us from the provider's contract: REST, browser scripts, and the
sockets of control and of media. All of it is below /vcc of the simulator's origin.
"""

from __future__ import annotations

from flask import Flask

from ...exchange import Exchange
from ...exchange.faults import Faults
from ..base import Cloud
from .cloud import VccCloud
from .domain import ACCESS_KEY, DOMAIN
from .rest import routes
from .sockets import init_sockets


def init_app(app: Flask, exchange: Exchange, faults: Faults) -> VccCloud:
    cloud = VccCloud(exchange, faults)
    app.register_blueprint(routes(cloud, faults))
    init_sockets(app, cloud.authenticate, cloud.agents.get, faults)
    return cloud


CLOUD = Cloud(
    provider="vcc",
    init_app=init_app,
    demo_name="Demo VCC",
    demo_settings=lambda address: {"domain": DOMAIN, "base_url": address},
    demo_secrets={"access_key": ACCESS_KEY},
)
