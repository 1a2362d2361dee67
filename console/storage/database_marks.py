"""The purpose of a database: production refuses one with the demo's well-known passwords."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from .database import Database
from .models import Base

_DEVELOPMENT = "development"


class DatabaseMark(Base):
    """The purpose of the whole database; without a row, production."""

    __tablename__ = "database_marks"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)


def mark_for_development(session: Session) -> None:
    session.merge(DatabaseMark(name=_DEVELOPMENT))


def is_for_development(database: Database) -> bool:
    """False also while there is no table or no database yet: nothing can be served from it then."""
    try:
        with database.read() as session:
            return session.get(DatabaseMark, _DEVELOPMENT) is not None
    except SQLAlchemyError:
        return False
