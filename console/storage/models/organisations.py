"""Tables of an organisation: teams, users, connections to phone systems, lines."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...domain.languages import DEFAULT_LANGUAGE
from ..ids import new_id
from .base import Base, Id


class Organisation(Base):
    __tablename__ = "organisations"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    region: Mapped[str] = mapped_column(String(2), default="VN")
    timezone: Mapped[str] = mapped_column(String(64), default="Asia/Ho_Chi_Minh")
    locale: Mapped[str] = mapped_column(String(8), default=DEFAULT_LANGUAGE)
    wrap_up_seconds: Mapped[int] = mapped_column(default=0)
    outcome_required: Mapped[bool] = mapped_column(default=False, server_default="0")
    # The number of the last journal entry. Each transaction locks this row first, for their order.
    seq: Mapped[int] = mapped_column(default=0)


class Team(Base):
    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(String(200))
    wrap_up_seconds: Mapped[int | None]  # None: the organisation's
    outcome_required: Mapped[bool | None]  # None: the organisation's
    # Limits of the wall's alerts, in seconds and calls. None: the usual of domain.alert_limits
    alert_hold: Mapped[int | None]
    alert_ring: Mapped[int | None]
    alert_repeat: Mapped[int | None]
    alert_sound: Mapped[bool | None]


class User(Base):
    __tablename__ = "users"
    __table_args__ = (Index("users_by_team", "team_id"),)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    team_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id"))
    username: Mapped[str] = mapped_column(String(200), unique=True)
    password_hash: Mapped[str] = mapped_column(String(300))
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))  # agent, supervisor, admin
    locale: Mapped[str | None] = mapped_column(String(8))
    theme: Mapped[str | None] = mapped_column(String(8))  # light, dark; none: as the system
    timezone: Mapped[str | None] = mapped_column(String(64))
    # devices by their labels, processing, ring volume
    audio: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    disabled: Mapped[bool] = mapped_column(default=False)


class Supervision(Base):
    """The teams that a supervisor sees."""

    __tablename__ = "supervisions"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("teams.id"), primary_key=True)


class Connection(Base):
    __tablename__ = "connections"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    provider: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # MultiFernet token of a JSON object, or empty
    secrets: Mapped[str] = mapped_column(Text, default="")


class Line(Base):
    __tablename__ = "lines"
    __table_args__ = (UniqueConstraint("connection_id", "extension"),)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    connection_id: Mapped[str] = mapped_column(ForeignKey("connections.id"))
    agent_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    extension: Mapped[str] = mapped_column(String(64))
    # MultiFernet token of a JSON object, or empty
    secrets: Mapped[str] = mapped_column(Text, default="")
