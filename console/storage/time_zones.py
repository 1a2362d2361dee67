"""The time zone of an organisation, in which its days begin."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from . import models

_ORGANISATION = cast(Table, models.Organisation.__table__)
_ZONE = select(_ORGANISATION.c.timezone).where(_ORGANISATION.c.id == bindparam("organisation"))


def zone_of(session: Session, organisation: str) -> str:
    zone: str | None = session.scalar(_ZONE, {"organisation": organisation})
    return zone or "UTC"
