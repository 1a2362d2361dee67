"""Tables of the journal, of commands in progress and of unknown events."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..ids import new_id
from .base import Base, Id


class JournalRow(Base):
    """All events of an organisation, numbered without gaps in the order of their commits."""

    __tablename__ = "journal"
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[int]
    type: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]]


class UnknownEvent(Base):
    """An event of a phone or provider with an unknown type or content."""

    __tablename__ = "unknown_events"
    __table_args__ = (Index("unknown_events_by_agent", "organisation_id", "agent_id", "at"),)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    connection_id: Mapped[str | None] = mapped_column(ForeignKey("connections.id"))
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[int]
    payload: Mapped[dict[str, Any]]


class CommandArgs(Base):
    """The arguments of commands on their way to a page. No journal entry holds them."""

    __tablename__ = "command_args"
    # SHA-256 of the agent and the command's id
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    args: Mapped[dict[str, Any]]
    expires_at: Mapped[int] = mapped_column(index=True)


class DatabaseMark(Base):
    """The purpose of the whole database; without a row, production."""

    __tablename__ = "database_marks"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
