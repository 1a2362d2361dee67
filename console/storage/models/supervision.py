"""Tables of what supervisors read of an agent's day, and of what they write into it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..ids import new_id
from .base import Base, Id


class AvailabilityChange(Base):
    """A change of an agent's availability. `author_id`: the supervisor who made it, if one did."""

    __tablename__ = "availability_changes"
    __table_args__ = (
        Index("availability_changes_by_agent", "agent_id", "at"),
        Index("availability_changes_by_organisation", "organisation_id", "at"),
    )
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    agent_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    at: Mapped[int]
    availability: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(100), default="")
    author_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))


class Whisper(Base):
    """A supervisor's short text to an agent in a call. `sent_id`: the page's id of the message."""

    __tablename__ = "whispers"
    __table_args__ = (
        Index("whispers_by_call", "call_id", "id"),
        UniqueConstraint("author_id", "sent_id"),
    )
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"))
    author_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    sent_id: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(String(280))
    at: Mapped[int]
