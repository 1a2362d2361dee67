"""Authentication of requests, here alone: the session's cookie, or its token as a bearer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, g, request
from flask_wtf.csrf import CSRFProtect

from ..domain.enums import Role
from ..errors import NotAllowed, NotSignedIn
from ..storage.models import SignInSession, User
from .cookies import token_id
from .origins import on_phone_origin
from .services import security_services

P = ParamSpec("P")
R = TypeVar("R")

LOGGED_USER = "console.user"  # key of the user's id in the WSGI environment, for the access log

_csrf = CSRFProtect()


def init_guards(app: Flask) -> None:
    # `_check_form_token` decides when: browsers send cookies by themselves, bearer tokens not. A
    # form token lives as long as its session: a page that is open all day must still work.
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False
    )
    _csrf.init_app(app)
    app.before_request(_check_form_token)


def current_session() -> tuple[User, SignInSession] | None:
    """The user and the session of this request, or None. Sets g.user and g.sign_in_session."""
    if "user" not in g:
        found = None if on_phone_origin() else _find()
        g.user, g.sign_in_session = found or (None, None)
        if g.user:
            request.environ[LOGGED_USER] = g.user.id
    return (g.user, g.sign_in_session) if g.user else None


def current_user() -> User | None:
    found = current_session()
    return found[0] if found else None


def signed_in(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Restricts a view to signed-in users, and to these roles if any are named."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            user = current_user()
            if user is None:
                raise NotSignedIn
            if roles and user.role not in roles:
                raise NotAllowed
            return view(*args, **kwargs)

        return guarded

    return guard


def _bearer() -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _find() -> tuple[User, SignInSession] | None:
    services = security_services()
    token = _bearer() or request.cookies.get(services.cookies.session, "")
    return services.accounts.signed_in(token_id(token)) if token else None


def _check_form_token() -> None:
    if not _bearer():
        _csrf.protect()
