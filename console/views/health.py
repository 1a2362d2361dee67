"""Health checks for load balancers and process supervisors."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from gevent import Timeout

from ..app_services import services
from ..storage.schema import is_current, is_reachable

_PATIENCE = 6.0  # seconds; a part that has not answered by then is not ready

health = Blueprint("health", __name__, url_prefix="/health")


@health.get("/live")
def live() -> ResponseReturnValue:
    return jsonify(live=True)


@health.get("/ready")
def ready() -> ResponseReturnValue:
    console = services()
    found = dict.fromkeys(("database", "migrations", "backplane"), False)
    with Timeout(_PATIENCE, False):
        found["backplane"] = console.backplane.ready()
        found["database"] = console.database_guard.is_ready() and is_reachable(console.database)
        found["migrations"] = found["database"] and is_current(console.database)
    return jsonify(found), 200 if all(found.values()) else 503
