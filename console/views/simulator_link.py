"""/simulator in development: the simulator has an origin of its own, as the vendors have in life.

Production does not have this route.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from ..app_services import services
from .preferences import current_timezone

simulator_link = Blueprint("simulator_link", __name__)


@simulator_link.get("/simulator")
def lead() -> ResponseReturnValue:
    """The address names the organisation's time zone: both pages then show the same times."""
    zone = current_timezone()
    query = f"?{urlencode({'timezone': zone})}" if zone else ""
    return redirect(f"{services().settings.simulator_origin}/simulator{query}")
