"""Tickets open one websocket each, within one minute, for pages that cannot send a cookie."""

from __future__ import annotations

import time

import jwt

from ..storage.ids import new_id
from ..storage.models import SignInSession, User
from .services import security_services

SECONDS = 60
_AUDIENCE = "realtime"
_ALGORITHM = "HS256"


def _key() -> str:
    return f"ticket {security_services().settings.secret_key}"


def issue_ticket(session: SignInSession) -> str:
    claims = {
        "sub": session.user_id,
        "sid": session.id,
        "aud": _AUDIENCE,
        "jti": new_id(),
        "exp": int(time.time()) + SECONDS,
    }
    return jwt.encode(claims, _key(), algorithm=_ALGORITHM)


def redeem_ticket(token: str) -> tuple[User, SignInSession] | None:
    """The ticket's user and session, if ticket and session are still valid."""
    accounts = security_services().accounts
    try:
        claims = jwt.decode(
            token,
            _key(),
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            options={"require": ["exp", "aud", "jti", "sid"]},
        )
    except jwt.InvalidTokenError:
        return None
    if not accounts.use_token(str(claims["jti"]), SECONDS * 1000):
        return None
    return accounts.signed_in(str(claims["sid"]))
