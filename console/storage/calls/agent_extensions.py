"""Extensions of agents on a connection."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, bindparam, select, union_all
from sqlalchemy.orm import Session

from .. import models

_LINES = cast(Table, models.Line.__table__)
_ON_CONNECTION = select(_LINES.c.agent_id, _LINES.c.extension).where(
    _LINES.c.connection_id == bindparam("connection")
)
_EXTENSIONS = union_all(  # an OR would read all lines of the connection
    _ON_CONNECTION.where(_LINES.c.extension == bindparam("number")),
    _ON_CONNECTION.where(_LINES.c.agent_id == bindparam("agent")),
)


def extensions(session: Session, connection: str, agent: str, number: str) -> dict[str, str]:
    """Agent id → extension on a connection, of this agent and of the agent with this number."""
    rows = session.execute(
        _EXTENSIONS, {"connection": connection, "agent": agent, "number": number}
    )
    return {agent: extension for agent, extension in rows}


def colleague(session: Session, connection: str, number: str) -> str:
    """The name of the agent with this extension, or an empty text."""
    line, user = models.Line, models.User
    query = (
        select(user.name)
        .join(line, line.agent_id == user.id)
        .where(line.connection_id == connection, line.extension == number)
    )
    return session.scalar(query) or ""
