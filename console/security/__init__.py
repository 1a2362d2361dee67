"""Access control: sessions, guards, headers, secrets."""

from __future__ import annotations

from flask import Flask

from .cookies import FormSession
from .guards import init_guards
from .headers import init_headers
from .origins import init_origins
from .request_text import init_request_text
from .services import SecurityServices
from .trusted_proxies import TrustedProxies


def init_security(app: Flask, services: SecurityServices) -> None:
    settings = services.settings
    app.session_interface = FormSession(services.cookies, settings.secret_key)
    app.wsgi_app = TrustedProxies(app.wsgi_app, settings.trusted_proxies)  # type: ignore[method-assign]
    init_request_text(app)
    init_origins(app)
    init_guards(app)
    init_headers(app)
