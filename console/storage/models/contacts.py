"""Tables of contacts and of their changes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ...domain.contact_fields import LONGEST_COMPANY, LONGEST_EMAIL, LONGEST_LINK
from ..ids import new_id
from .base import Base, Id


class Contact(Base):
    """A customer with a name. An empty text: the field is not filled."""

    __tablename__ = "contacts"
    __table_args__ = (Index("contacts_in_order", "organisation_id", "search", "id"),)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    # name, company and tags without case and marks
    search: Mapped[str] = mapped_column(Text)
    company: Mapped[str] = mapped_column(String(LONGEST_COMPANY), default="", server_default="")
    email: Mapped[str] = mapped_column(String(LONGEST_EMAIL), default="", server_default="")
    tags: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    link: Mapped[str] = mapped_column(String(LONGEST_LINK), default="", server_default="")
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    # the agent who looks after this customer
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))


class ContactNumber(Base):
    """A contact may have several numbers, and a number several contacts: a family, a company."""

    __tablename__ = "contact_numbers"
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(64), primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id"), primary_key=True, index=True)


class ContactChange(Base):
    """A change of a contact. `user_id`: None for an imported file."""

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
