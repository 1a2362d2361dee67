"""Tables of the numbers to call back."""

from __future__ import annotations

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id


class Callback(Base):
    """A number with missed calls that nobody has reached yet, or that a person has dismissed."""

    __tablename__ = "callbacks"
    __table_args__ = (
        Index(
            "callbacks_waiting",
            "organisation_id",
            "at",
            sqlite_where=text("waiting = 1"),
            postgresql_where=text("waiting"),
        ),
        Index(
            "callbacks_claimed",
            "claimed_at",
            sqlite_where=text("claimed_by IS NOT NULL"),
            postgresql_where=text("claimed_by IS NOT NULL"),
        ),
    )
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(64), primary_key=True)
    waiting: Mapped[bool] = mapped_column(default=True)  # False: only the dismissal is kept
    since: Mapped[int] = mapped_column(default=0)  # the first missed call
    at: Mapped[int] = mapped_column(default=0)  # the last missed call
    calls: Mapped[int] = mapped_column(default=0)  # missed conversations
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[int | None]
    tried_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(200), default="")
    connection_id: Mapped[str | None] = mapped_column(ForeignKey("connections.id"))
    claimed_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    claimed_at: Mapped[int | None]
    dismissed_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    dismissed_at: Mapped[int | None]
    dismissed_why: Mapped[str] = mapped_column(String(200), default="")


class CallbackAudience(Base):
    """A team that shares a number to call back, or an agent who belongs to no team."""

    __tablename__ = "callback_audiences"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "number"], ["callbacks.organisation_id", "callbacks.number"]
        ),
        Index("callback_audiences_by_audience", "organisation_id", "audience", "number"),
    )
    organisation_id: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(64), primary_key=True)
    audience: Mapped[str] = mapped_column(Id, primary_key=True)
