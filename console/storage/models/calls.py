"""Tables of calls and of the status of agents."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id


class AgentStatus(Base):
    """The availability and device of an agent. "On a call" is derived from the calls."""

    __tablename__ = "agent_statuses"
    agent_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    availability: Mapped[str] = mapped_column(String(16), default="offline")
    reason: Mapped[str] = mapped_column(String(100), default="")
    since: Mapped[int] = mapped_column(default=0)
    device: Mapped[str] = mapped_column(String(16), default="browser")
    # the mobile phone of device gsm
    device_number: Mapped[str] = mapped_column(String(32), default="", server_default="")
    # seconds that the agent has added to this wrap-up
    wrap_up_extra: Mapped[int] = mapped_column(default=0, server_default="0")
    wrap_up_call: Mapped[str | None] = mapped_column(Id)  # the call that wrap-up follows
    # the supervisor who set the availability, until the agent chooses or dismisses it
    set_by: Mapped[str | None] = mapped_column(Id)


class Call(Base):
    """One agent's part in a conversation. Columns mirror domain.call.Call."""

    __tablename__ = "calls"
    __table_args__ = (
        Index("calls_by_agent", "agent_id", "started_at"),
        Index("calls_by_organisation", "organisation_id", "started_at"),
        Index("calls_by_number", "organisation_id", "number", "started_at"),
        Index("calls_open", "organisation_id", "state", "agent_id"),
        Index(
            "calls_by_outcome",
            *("outcome_id", "started_at"),
            sqlite_where=text("outcome_id IS NOT NULL"),
            postgresql_where=text("outcome_id IS NOT NULL"),
        ),
        Index(
            "calls_missed",
            "organisation_id",
            "started_at",
            sqlite_where=text("missed = 1"),
            postgresql_where=text("missed"),
        ),
    )
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(Id, index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    connection_id: Mapped[str] = mapped_column(ForeignKey("connections.id"))
    agent_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    direction: Mapped[str] = mapped_column(String(16))
    outgoing: Mapped[bool] = mapped_column(default=False)
    number: Mapped[str] = mapped_column(String(64), default="")
    name: Mapped[str] = mapped_column(String(200), default="")
    # the organisation's own number that the customer called
    hotline: Mapped[str] = mapped_column(String(64), default="", server_default="")
    line: Mapped[int] = mapped_column(default=1)
    consults: Mapped[str] = mapped_column(String(64), default="", server_default="")
    state: Mapped[str] = mapped_column(String(16))  # derived, stored for queries
    missed: Mapped[bool] = mapped_column(default=False)  # derived, stored for queries
    started_at: Mapped[int]
    answered_at: Mapped[int | None]
    ended_at: Mapped[int | None]
    last_seen_at: Mapped[int]
    hold_marks: Mapped[list[Any]] = mapped_column(default=list)
    mute_marks: Mapped[list[Any]] = mapped_column(default=list)
    ended_by: Mapped[str | None] = mapped_column(String(16))
    cause: Mapped[str | None] = mapped_column(String(32))
    provider_code: Mapped[str | None] = mapped_column(String(64))
    sip_code: Mapped[int | None]
    # the id from the client's phone, else the row's: identifies the card on the page
    client_call_id: Mapped[str] = mapped_column(String(64))
    # the lease epoch that carries the call; 0: no browser does
    epoch: Mapped[int] = mapped_column(default=0)
    carrier: Mapped[str | None] = mapped_column(String(64))  # the client that holds its audio
    quality: Mapped[list[Any] | None] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text, default="")
    note_at: Mapped[int | None]
    outcome_id: Mapped[str | None] = mapped_column(Id)
    outcome_at: Mapped[int | None]
    calls_today: Mapped[int] = mapped_column(default=1, server_default="1")


class ExternalId(Base):
    """External ids of a call.

    Legs of a ring group share a PBX id, so the agent belongs to the key.
    """

    __tablename__ = "external_ids"
    connection_id: Mapped[str] = mapped_column(ForeignKey("connections.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
