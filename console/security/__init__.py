"""Who may do what: sessions, guards, headers, secrets."""

from __future__ import annotations

from flask import Flask

from ..config import Settings
from ..storage.accounts import DAY, HOUR, Accounts, SessionAge
from ..storage.database import Database
from .cookies import Cookies, FormSession
from .guards import join_guards
from .headers import join_headers
from .origins import join_origins
from .parts import AccountParts
from .request_text import join_door
from .sign_in_limits import SignInLimits
from .trusted_proxies import TrustedProxies


def join_security(app: Flask, settings: Settings, database: Database) -> None:
    age = SessionAge(
        whole=int(settings.session_days * DAY), idle=int(settings.session_idle_hours * HOUR)
    )
    cookies = Cookies(settings)
    app.extensions["accounts"] = AccountParts(
        settings, Accounts(database, age), cookies, SignInLimits(settings.redis_url)
    )
    app.session_interface = FormSession(cookies, settings.secret_key)
    app.wsgi_app = TrustedProxies(app.wsgi_app, settings.trusted_proxies)  # type: ignore[method-assign]
    join_door(app)
    join_origins(app)
    join_guards(app)
    join_headers(app)
