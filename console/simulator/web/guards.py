"""Only pages of the simulator's own origin, on this machine, may control it.

A website somewhere else may not place calls here.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request
from flask_babel import lazy_gettext as _

_SAFE = ("GET", "HEAD", "OPTIONS")
_CSP = "; ".join(
    f"{name} {value}"
    for name, value in {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }.items()
)


class SimulatorError(Exception):
    """A refused request; the sentence is for the person who made it."""

    def __init__(self, status: int, sentence: Any) -> None:
        super().__init__(str(status))
        self.status, self.sentence = status, sentence


def init_app(app: Flask, port: int) -> None:
    hosts = {f"{name}:{port}" for name in ("localhost", "127.0.0.1", "[::1]")}

    def check() -> None:
        if request.host not in hosts:  # a foreign name that leads to this machine
            raise SimulatorError(403, _("The simulator answers at its own address only."))
        if _is_control() and not _is_own_page():
            raise SimulatorError(403, _("Only the simulator's own page may do that."))

    app.before_request(check)
    app.after_request(_protect)


def _is_control() -> bool:
    """The vendors' pretend addresses have rules of their own, as the real ones have."""
    return request.path.startswith("/simulator") and request.method not in _SAFE


def _is_own_page() -> bool:
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == f"http://{request.host}"
    # A browser that leaves Origin out sends this instead; a program on this machine sends neither.
    return request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")


def _protect(response: Response) -> Response:
    if request.path.startswith("/simulator"):
        response.headers["Content-Security-Policy"] = _CSP
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
