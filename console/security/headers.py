"""Security headers on every answer.

A page names what it needs more in g.csp and g.phone_origins.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from .origins import on_phone_origin
from .services import security_services

_CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "worker-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "media-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # a page of the same site that hangs must not block this one
    "Origin-Agent-Cluster": "?1",
}
_PHONE_FEATURES = ("microphone", "autoplay", "speaker-selection")
_CLOSED_FEATURES = (
    "camera",
    "geolocation",
    "display-capture",
    "payment",
    "usb",
    "serial",
    "hid",
    "midi",
    "publickey-credentials-get",
)


def init_headers(app: Flask) -> None:
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    if security_services().settings.origin.startswith("https://"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint == "static" and response.status_code in (200, 304):
        return _protect_file(response)
    origins = tuple(g.get("phone_origins", ()))
    for name, value in _FIXED.items():
        response.headers.setdefault(name, value)
    own = g.get("csp", {})
    policy = _content_policy(security_services().settings.origin, origins, tuple(own.items()))
    response.headers["Content-Security-Policy"] = policy
    if "frame-ancestors 'none'" in policy:
        response.headers["X-Frame-Options"] = "DENY"
    phone = bool(origins) or on_phone_origin() or request.path.startswith("/phone/")
    response.headers["Permissions-Policy"] = _permissions(origins, phone)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _protect_file(response: Response) -> Response:
    """Static files get few headers: the page's own count, and a hundred files must stay small."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; frame-ancestors 'none'"  # for a picture opened by itself, or a worker
    )
    return response


@lru_cache(maxsize=256)  # the same for thousands of answers
def _content_policy(origin: str, origins: tuple[str, ...], own: tuple[tuple[str, str], ...]) -> str:
    """`origins`: of the page's phone frames; `own`: the page's own directives."""
    console = urlsplit(origin)
    # Older Safari does not count the socket as 'self'.
    socket = f"{'wss' if console.scheme == 'https' else 'ws'}://{console.netloc}"
    page = {"connect-src": f"'self' {socket}", "frame-src": " ".join(origins) or "'none'"}
    return "; ".join(f"{name} {value}" for name, value in (_CSP | page | dict(own)).items())


@lru_cache(maxsize=256)
def _permissions(origins: tuple[str, ...], phone: bool) -> str:
    """The microphone belongs to pages with a phone: the workspace, for its frames' origins, and the
    frame itself.
    """
    allowed = " ".join(["self", *(f'"{origin}"' for origin in origins)]) if phone else ""
    features = dict.fromkeys(_PHONE_FEATURES, allowed) | dict.fromkeys(_CLOSED_FEATURES, "")
    return ", ".join(f"{name}=({who})" for name, who in features.items())
