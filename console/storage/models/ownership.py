"""Tables of open documents and of the lease of an agent's phone."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class Client(Base):
    """One open document of one agent, as last reported."""

    __tablename__ = "clients"
    # Rows of closed documents stay for a while, for their late events, and are many.
    __table_args__ = (
        Index(
            "clients_living",
            "agent_id",
            sqlite_where=text("worker != ''"),
            postgresql_where=text("worker != ''"),
        ),
    )
    agent_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    browser: Mapped[str] = mapped_column(String(64), default="")
    view: Mapped[str] = mapped_column(String(16))
    place: Mapped[str] = mapped_column(String(200), default="")  # for people: "Chrome, Windows"
    session_id: Mapped[str] = mapped_column(String(64), default="")
    # the worker with its socket; empty: not connected
    worker: Mapped[str] = mapped_column(String(64), default="")
    audible: Mapped[bool] = mapped_column(default=False)
    microphone: Mapped[str] = mapped_column(String(16), default="unknown")
    registered: Mapped[bool] = mapped_column(default=False)
    visible: Mapped[bool] = mapped_column(default=False)
    used_at: Mapped[int] = mapped_column(default=0)
    arrived_at: Mapped[int] = mapped_column(default=0)  # its last hello
    heard_at: Mapped[int] = mapped_column(default=0)
    event_n: Mapped[int] = mapped_column(default=0)  # its highest stored phone event
    serial: Mapped[int] = mapped_column(default=0, server_default="0")  # of its newest socket
    # its id before it was renewed
    previous_id: Mapped[str] = mapped_column(String(64), default="", server_default="")


class LineState(Base):
    """The last report of a client's phone about one line: a domain.reachability.LineState."""

    __tablename__ = "line_states"
    agent_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    client_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    connection_id: Mapped[str] = mapped_column(ForeignKey("connections.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))


class Lease(Base):
    """The owner of an agent's phone. Changed by compare-and-set on epoch and version only."""

    __tablename__ = "leases"
    agent_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str | None] = mapped_column(String(64))
    since: Mapped[int] = mapped_column(default=0)
    heard_at: Mapped[int] = mapped_column(default=0)
    confirmed: Mapped[bool] = mapped_column(default=False)
    no_peers: Mapped[bool] = mapped_column(default=False)
    left_at: Mapped[int | None]
    asked_by: Mapped[str | None] = mapped_column(String(64))
    asked_at: Mapped[int | None]
    asked_call: Mapped[str | None] = mapped_column(String(8))


class LeaseEpoch(Base):
    """The holder of each epoch of a lease."""

    __tablename__ = "lease_epochs"
    agent_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    client_id: Mapped[str] = mapped_column(String(64))
    granted_at: Mapped[int]
    # a person ended its calls
    calls_over: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
