"""What supervisors may read of an agent and do for them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ..domain.storable import is_storable_text
from ..errors import NotAllowed, NotFound
from ..storage import agents, models


def readable(session: Session, user: models.User, who: str) -> models.User:
    """The person with this id or user name, whose day `user` may read: their own, or that of an
    agent of a team they see.
    """
    found = _find(session, user, who)
    if found.id != user.id and not agents.supervises(session, user, found):
        raise NotAllowed
    return found


def _find(session: Session, user: models.User, who: str) -> models.User:
    found = agents.find(session, user.organisation_id, who) if is_storable_text(who) else None
    if found is None:
        raise NotFound
    return found
