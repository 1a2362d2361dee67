"""/simulator in development: the simulator has an origin of its own, as the vendors have in life.

Production does not have this route.
"""

from __future__ import annotations

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from ..app_services import services

simulator_link = Blueprint("simulator_link", __name__)


@simulator_link.get("/simulator")
def lead() -> ResponseReturnValue:
    return redirect(f"{services().settings.simulator_origin}/simulator")
