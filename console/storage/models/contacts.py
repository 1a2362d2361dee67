"""Tables of contacts and of their changes."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..ids import new_id
from .base import Base, Id


class Contact(Base):
    """A customer with a name."""

    __tablename__ = "contacts"
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    search: Mapped[str] = mapped_column(Text)  # the name without case and marks
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
