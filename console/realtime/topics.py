"""The topics that a person may follow: agents, teams on walls, numbers to call back, and the
presence of colleagues.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..storage import agents, callbacks, models
from ..storage.database import Database

_CALLBACKS = "callbacks:"
_COLLEAGUES = "colleagues:"


def topics_of(database: Database, user: models.User, view: str) -> frozenset[str]:
    """The teams come from the database, never from the browser."""
    with database.read() as session:
        if view != "wall":
            shared = callbacks.audiences_of(session, user)
            team = {colleague_topic(user.team_id)} if user.team_id else set()
            return frozenset({f"agent:{user.id}", *map(callback_topic, shared), *team})
        return frozenset(f"team:{team}" for team in agents.teams_seen_by(session, user))


def callback_topic(audience: str) -> str:
    """The topic of a team's shared numbers, or of those of an agent without a team."""
    return _CALLBACKS + audience


def callback_audiences(topics: Iterable[str]) -> frozenset[str]:
    return frozenset(
        topic.removeprefix(_CALLBACKS) for topic in topics if topic.startswith(_CALLBACKS)
    )


def colleague_topic(team: str) -> str:
    """The topic of the presence of a team's agents, for their workspaces."""
    return _COLLEAGUES + team


def colleague_teams(topics: Iterable[str]) -> frozenset[str]:
    return frozenset(
        topic.removeprefix(_COLLEAGUES) for topic in topics if topic.startswith(_COLLEAGUES)
    )
