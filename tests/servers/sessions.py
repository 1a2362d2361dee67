"""Starts sessions as the sign-in page does, without the cost of a password check."""

from __future__ import annotations

from sqlalchemy import select

from console.security.cookies import new_token, token_id
from console.storage import models
from console.storage.database import Database
from tests.servers.console_server import ConsoleServer

COOKIE = "console"  # its name in development


def start_sessions(server: ConsoleServer, *usernames: str) -> list[str]:
    """A session token of each user, which is the value of the cookie."""
    database, tokens = Database(server.database_url), [new_token() for _ in usernames]
    with database.write() as session:
        now = database.now(session)
        for username, token in zip(usernames, tokens, strict=True):
            user = session.scalars(
                select(models.User.id).where(models.User.username == username)
            ).one()
            session.add(
                models.SignInSession(id=token_id(token), user_id=user, created_at=now, seen_at=now)
            )
    database.close()
    return tokens
