"""The tables. Times are whole milliseconds UTC, ids are UUIDv7 in text, secrets are encrypted
before they come here.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils import uuid7

from ..domain.languages import DEFAULT_LANGUAGE

Id = String(36)


def new_id() -> str:
    """A UUIDv7: ids made later sort later."""
    return str(uuid7())


class Base(DeclarativeBase):
    type_annotation_map = {int: BigInteger, dict[str, Any]: JSON, list[Any]: JSON}


class Organisation(Base):
    __tablename__ = "organisations"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    region: Mapped[str] = mapped_column(String(2), default="VN")
    timezone: Mapped[str] = mapped_column(String(64), default="Asia/Ho_Chi_Minh")
    locale: Mapped[str] = mapped_column(String(8), default=DEFAULT_LANGUAGE)
    wrap_up_seconds: Mapped[int] = mapped_column(default=0)
    # The number of the last journal line. Each transaction locks this row first: that orders them.
    seq: Mapped[int] = mapped_column(default=0)


class Team(Base):
    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(String(200))
    wrap_up_seconds: Mapped[int | None]  # None: as the organisation has it


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
    audio: Mapped[dict[str, Any] | None] = mapped_column(
        JSON
    )  # devices by their labels, processing, ring volume
    disabled: Mapped[bool] = mapped_column(default=False)


class Supervision(Base):
    """Which teams a supervisor sees."""

    __tablename__ = "supervisions"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("teams.id"), primary_key=True)


class SignInSession(Base):
    """One signed-in browser. The id is the SHA-256 of the token: the table alone lets nobody in."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[int]
    seen_at: Mapped[int]
    page_at: Mapped[int] = mapped_column(
        default=0, server_default="0"
    )  # when it was last sent the workspace
    browser: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(64), default="")


class UsedToken(Base):
    """Tokens that are good once (realtime tickets), kept until they expire."""

    __tablename__ = "used_tokens"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[int] = mapped_column(index=True)


class Connection(Base):
    __tablename__ = "connections"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    provider: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    secrets: Mapped[str] = mapped_column(
        Text, default=""
    )  # MultiFernet token of a JSON object, or empty


class Line(Base):
    __tablename__ = "lines"
    __table_args__ = (UniqueConstraint("connection_id", "extension"),)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    connection_id: Mapped[str] = mapped_column(ForeignKey("connections.id"))
    agent_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    extension: Mapped[str] = mapped_column(String(64))
    secrets: Mapped[str] = mapped_column(
        Text, default=""
    )  # MultiFernet token of a JSON object, or empty


class AgentStatus(Base):
    """What an agent has chosen. "On a call" is derived from the calls and never stored."""

    __tablename__ = "agent_statuses"
    agent_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    availability: Mapped[str] = mapped_column(String(16), default="offline")
    reason: Mapped[str] = mapped_column(String(100), default="")
    since: Mapped[int] = mapped_column(default=0)
    device: Mapped[str] = mapped_column(String(16), default="browser")
    device_number: Mapped[str] = mapped_column(
        String(32), default="", server_default=""
    )  # of the mobile phone, for gsm
    wrap_up_call: Mapped[str | None] = mapped_column(Id)  # the call that wrap-up follows


class Call(Base):
    """One agent's part in a conversation. Columns mirror domain.call.Call."""

    __tablename__ = "calls"
    __table_args__ = (
        Index("calls_by_agent", "agent_id", "started_at"),
        Index("calls_by_organisation", "organisation_id", "started_at"),
        Index("calls_by_number", "organisation_id", "number", "started_at"),
        Index("calls_open", "organisation_id", "state", "agent_id"),
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
    placed: Mapped[bool] = mapped_column(default=False)
    number: Mapped[str] = mapped_column(String(64), default="")
    name: Mapped[str] = mapped_column(String(200), default="")
    hotline: Mapped[str] = mapped_column(
        String(64), default="", server_default=""
    )  # that the customer has called
    line: Mapped[int] = mapped_column(default=1)
    consults: Mapped[str] = mapped_column(String(64), default="", server_default="")
    state: Mapped[str] = mapped_column(String(16))  # derived, kept to be searched by
    missed: Mapped[bool] = mapped_column(default=False)  # derived, kept to be searched by
    started_at: Mapped[int]
    answered_at: Mapped[int | None]
    ended_at: Mapped[int | None]
    alive_at: Mapped[int]
    hold_marks: Mapped[list[Any]] = mapped_column(default=list)
    mute_marks: Mapped[list[Any]] = mapped_column(default=list)
    ended_by: Mapped[str | None] = mapped_column(String(16))
    cause: Mapped[str | None] = mapped_column(String(32))
    provider_code: Mapped[str | None] = mapped_column(String(64))
    sip_code: Mapped[int | None]
    key: Mapped[str] = mapped_column(
        String(64)
    )  # the phone's own id, or the row's: names the card on the page
    epoch: Mapped[int] = mapped_column(
        default=0
    )  # the lease epoch that carries it; 0: no browser does
    carrier: Mapped[str | None] = mapped_column(String(64))  # the client that holds its audio
    quality: Mapped[list[Any] | None] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text, default="")
    note_at: Mapped[int | None]
    nth: Mapped[int] = mapped_column(default=1, server_default="1")


class ExternalId(Base):
    """What others call a call.

    Legs of a ring group share a PBX id, so the extension belongs to the key.
    """

    __tablename__ = "external_ids"
    connection_id: Mapped[str] = mapped_column(ForeignKey("connections.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)


class Contact(Base):
    """A customer whom the organisation knows by name."""

    __tablename__ = "contacts"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    search: Mapped[str] = mapped_column(Text)  # the name without case and marks
    owner_id: Mapped[str | None] = mapped_column(
        ForeignKey("users.id")
    )  # the agent who looks after this customer


class ContactNumber(Base):
    """A contact may have several numbers, and a number several contacts: a family, a company."""

    __tablename__ = "contact_numbers"
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(64), primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id"), primary_key=True, index=True)


class ContactChange(Base):
    """A change of a contact. `user_id`: none for a file that was imported."""

    __tablename__ = "contact_changes"
    __table_args__ = (Index("contact_changes_by_contact", "contact_id", "id"),)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id"))
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[int]
    what: Mapped[str] = mapped_column(String(16))
    before: Mapped[str] = mapped_column(String(200))
    after: Mapped[str] = mapped_column(String(200))


class Client(Base):
    """One open document of one agent, as last heard of."""

    __tablename__ = "clients"
    # Rows of documents that were closed stay for a while, for their late events: they may be many.
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
    place: Mapped[str] = mapped_column(String(200), default="")  # in words: "Chrome, Windows"
    session_id: Mapped[str] = mapped_column(String(64), default="")
    worker: Mapped[str] = mapped_column(
        String(64), default=""
    )  # the worker that holds its socket; empty: none does
    audible: Mapped[bool] = mapped_column(default=False)
    microphone: Mapped[str] = mapped_column(String(16), default="unknown")
    registered: Mapped[bool] = mapped_column(default=False)
    visible: Mapped[bool] = mapped_column(default=False)
    used_at: Mapped[int] = mapped_column(default=0)
    arrived_at: Mapped[int] = mapped_column(default=0)  # its last hello
    heard_at: Mapped[int] = mapped_column(default=0)
    event_n: Mapped[int] = mapped_column(default=0)  # the highest phone event number kept from it
    serial: Mapped[int] = mapped_column(default=0, server_default="0")  # of its newest socket
    formerly: Mapped[str] = mapped_column(
        String(64), default="", server_default=""
    )  # its id before


class LineState(Base):
    """What the phone of a client last reported of one line: a word of domain.reachability."""

    __tablename__ = "line_states"
    agent_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    client_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    connection_id: Mapped[str] = mapped_column(ForeignKey("connections.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))


class Lease(Base):
    """Who owns an agent's phone. Changed by compare-and-set on epoch and version only."""

    __tablename__ = "leases"
    agent_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str | None] = mapped_column(String(64))
    since: Mapped[int] = mapped_column(default=0)
    heard_at: Mapped[int] = mapped_column(default=0)
    confirmed: Mapped[bool] = mapped_column(default=False)
    alone: Mapped[bool] = mapped_column(default=False)
    left_at: Mapped[int | None]
    asked_by: Mapped[str | None] = mapped_column(String(64))
    asked_at: Mapped[int | None]
    asked_call: Mapped[str | None] = mapped_column(String(8))


class LeaseEpoch(Base):
    """The lease's history: who held which epoch, and until when."""

    __tablename__ = "lease_epochs"
    agent_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    client_id: Mapped[str] = mapped_column(String(64))
    granted_at: Mapped[int]
    calls_over: Mapped[bool] = mapped_column(
        default=False, server_default=text("false")
    )  # a person ended its calls


class JournalRow(Base):
    """Everything that happened, in the order in which it became true.

    The number has no gaps per organisation.
    """

    __tablename__ = "journal"
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[int]
    type: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]]


class PhoneEventRaw(Base):
    """An event of a phone or a provider that was not understood."""

    __tablename__ = "unknown_events"
    __table_args__ = (Index("unknown_events_by_agent", "organisation_id", "agent_id", "at"),)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    connection_id: Mapped[str | None] = mapped_column(ForeignKey("connections.id"))
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[int]
    payload: Mapped[dict[str, Any]]
