"""The table of outcomes: what a call may have come to."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ...domain.outcomes import LONGEST_OUTCOME
from ..ids import new_id
from .base import Base, Id


class Outcome(Base):
    """One outcome of an organisation's list, or of a team's own. Rows are never deleted."""

    __tablename__ = "outcomes"
    __table_args__ = (Index("outcomes_by_organisation", "organisation_id"),)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    team_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id"))  # None: the organisation's
    name: Mapped[str] = mapped_column(String(LONGEST_OUTCOME))
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)  # kept for old calls, no longer offered
