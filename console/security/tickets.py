"""A ticket opens one websocket: good once, for one minute.

For pages that cannot send a cookie along (9.2).
"""

from __future__ import annotations

import time

import jwt

from ..storage.ids import new_id
from ..storage.models import SignInSession, User
from .parts import account_parts

SECONDS = 60
_AUDIENCE = "realtime"
_ALGORITHM = "HS256"


def _key() -> str:
    return f"ticket {account_parts().settings.secret_key}"


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
    """The user and session that the ticket was issued to, if it is still good and the session still
    lives.
    """
    accounts = account_parts().accounts
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
