"""The arguments of commands in progress, which may contain a caller's secret digits.

They are deleted with the command's result, or within about five seconds after its expiry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from .database import Database
from .models import CommandArgs


def _key(agent: str, command: str) -> str:
    return hashlib.sha256(f"{agent}:{command}".encode()).hexdigest()


def keep(session: Session, agent: str, command: str, args: Mapping[str, Any], expires: int) -> None:
    session.add(CommandArgs(id=_key(agent, command), args=dict(args), expires_at=expires))


def message_with_args(database: Database, payload: Mapping[str, Any]) -> dict[str, Any] | None:
    """The message of a signal's journal entry; a command with its arguments.

    None for a command that has its result or has expired.
    """
    message: dict[str, Any] = payload["message"]
    if message["type"] != "command":
        return message
    with database.read() as session:
        row = session.get(CommandArgs, _key(payload["agent"], message["id"]))
        return (
            {**message, "args": row.args}
            if row is not None and row.expires_at > database.now(session)
            else None
        )


def forget(session: Session, agent: str, command: str) -> None:
    session.execute(delete(CommandArgs).where(CommandArgs.id == _key(agent, command)))


def some_expired(session: Session, now: int) -> bool:
    return (
        session.scalar(select(CommandArgs.id).where(CommandArgs.expires_at <= now).limit(1))
        is not None
    )


def forget_expired(session: Session, now: int) -> None:
    session.execute(delete(CommandArgs).where(CommandArgs.expires_at <= now))
