"""Unknown events of phones and providers, cut to the length that a person needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import UnknownEvent

AN_HOUR = 3_600_000  # ms
MOST_AN_HOUR = 60  # per agent, or per organisation where no agent is known
LONGEST = 4_000  # characters of JSON


def keep(
    session: Session,
    now: int,
    organisation: str,
    agent: str | None,
    connection: str | None,
    raw: Mapping[str, Any],
) -> bool:
    """Stores an event. False: the limit of the last hour is reached."""
    if _kept(session, now, organisation, agent) >= MOST_AN_HOUR:
        return False
    text = json.dumps(raw)
    payload = dict(raw) if len(text) <= LONGEST else {"cut": text[:LONGEST]}
    session.add(
        UnknownEvent(
            organisation_id=organisation,
            agent_id=agent,
            connection_id=connection,
            at=now,
            payload=payload,
        )
    )
    return True


def _kept(session: Session, now: int, organisation: str, agent: str | None) -> int:
    row = UnknownEvent
    mine = (row.organisation_id == organisation, row.agent_id == agent, row.at > now - AN_HOUR)
    return len(session.scalars(select(row.id).where(*mine).limit(MOST_AN_HOUR)).all())
