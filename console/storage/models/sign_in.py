"""Tables of sign-in: sessions and single-use tokens."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class SignInSession(Base):
    """One signed-in browser. The id is the SHA-256 of its token, so a leaked row is useless."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[int]
    seen_at: Mapped[int]
    # when the workspace was last sent to it
    page_at: Mapped[int] = mapped_column(default=0, server_default="0")
    browser: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(64), default="")


class UsedToken(Base):
    """Used single-use tokens (realtime tickets), kept until they expire."""

    __tablename__ = "used_tokens"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[int] = mapped_column(index=True)
