"""What a database was made for: production refuses the one with the demo's well-known passwords."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from .database import Database
from .models import DatabaseMark

_DEVELOPMENT = "development"


def mark_for_development(session: Session) -> None:
    session.merge(DatabaseMark(name=_DEVELOPMENT))


def is_for_development(database: Database) -> bool:
    """False also while there is no table or no database yet: nothing can be served from it then."""
    try:
        with database.read() as session:
            return session.get(DatabaseMark, _DEVELOPMENT) is not None
    except SQLAlchemyError:
        return False
