"""The topics that a person may follow."""

from __future__ import annotations

from ..storage import agents, models
from ..storage.database import Database


def topics_of(database: Database, user: models.User, view: str) -> frozenset[str]:
    """The teams come from the database, never from the browser."""
    if view != "wall":
        return frozenset({f"agent:{user.id}"})
    with database.read() as session:
        return frozenset(f"team:{team}" for team in agents.teams_seen_by(session, user))
