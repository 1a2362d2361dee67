"""Two kinds of origin: Console's own, and the phone frames', which serve phone pages and their
files and nothing else.
"""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..config import Settings
from ..errors import BadRequest, NotFound
from .services import security_services

_LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?")


def init_origins(app: Flask) -> None:
    app.before_request(_known_host)
    app.before_request(_keep_apart)
    app.before_request(_one_address)


def phone_origin(settings: Settings, connection: str) -> str:
    """The origin that serves this connection's phone frame."""
    return settings.phone_origin.replace("*", connection)


@cache
def _phone_hosts(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(urlsplit(pattern).netloc.lower()).replace(r"\*", "[a-z0-9-]+"))


def on_phone_origin() -> bool:
    """This request came to a phone frame's origin, and to nothing of Console's own."""
    settings = security_services().settings
    if settings.shared_phone_origin:
        return False
    return _phone_hosts(settings.phone_origin).fullmatch(request.host.lower()) is not None


def _known_host() -> None:
    """Refuses hosts other than Console's own and its phone frames'."""
    settings = security_services().settings
    known = (
        urlsplit(settings.origin).netloc.lower(),
        urlsplit(settings.phone_origin).netloc.lower(),
    )
    if request.host.lower() in known or on_phone_origin() or request.path.startswith("/health/"):
        return
    if not (settings.development and _LOOPBACK.fullmatch(request.host)):
        raise BadRequest(
            _("This is not Console's address. Open %(origin)s.", origin=settings.origin)
        )


def _one_address() -> ResponseReturnValue | None:
    """Redirects `http://127.0.0.1:5000` in development to the origin that sockets are bound to."""
    settings = security_services().settings
    by_number = request.host.startswith(("127.0.0.1", "[::1]")) and not settings.origin.endswith(
        request.host
    )
    a_page = request.method == "GET" and not request.path.startswith(
        ("/health/", "/static/", "/realtime")
    )
    if settings.development and by_number and a_page:
        return redirect(settings.origin + request.full_path.rstrip("?"))
    return None


def _keep_apart() -> None:
    """Serves phone pages on phone origins only, and nothing else there.

    A vendor's script must reach neither the workspace nor its pages.
    """
    shared = security_services().settings.shared_phone_origin
    phone_page = request.method in ("GET", "HEAD") and request.path.startswith("/phone/")
    if on_phone_origin():
        if not (phone_page and _is_its_own()) and not request.path.startswith("/static/"):
            raise NotFound
    elif phone_page and not shared:
        raise NotFound


def _is_its_own() -> bool:
    """The phone page belongs to the connection in the host's name.

    No vendor's script may run under the origin of another.
    """
    connection = (request.view_args or {}).get("connection", "")
    return (
        urlsplit(phone_origin(security_services().settings, connection)).netloc.lower()
        == request.host.lower()
    )
