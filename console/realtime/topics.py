"""The topics that a person may follow: agents, teams on walls, and numbers to call back."""

from __future__ import annotations

from collections.abc import Iterable

from ..storage import agents, callbacks, models
from ..storage.database import Database

_CALLBACKS = "callbacks:"


def topics_of(database: Database, user: models.User, view: str) -> frozenset[str]:
    """The teams come from the database, never from the browser."""
    with database.read() as session:
        if view != "wall":
            shared = callbacks.audiences_of(session, user)
            return frozenset({f"agent:{user.id}", *map(callback_topic, shared)})
        return frozenset(f"team:{team}" for team in agents.teams_seen_by(session, user))


def callback_topic(audience: str) -> str:
    """The topic of a team's shared numbers, or of those of an agent without a team."""
    return _CALLBACKS + audience


def callback_audiences(topics: Iterable[str]) -> frozenset[str]:
    return frozenset(
        topic.removeprefix(_CALLBACKS) for topic in topics if topic.startswith(_CALLBACKS)
    )
