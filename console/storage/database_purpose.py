"""The purpose of a database: production refuses one with the demo's well-known passwords."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from .database import Database
from .models import DatabaseMark

_DEVELOPMENT = "development"


class Purpose(StrEnum):
    unknown = "unknown"  # there are no tables yet
    production = "production"
    development = "development"


class Unanswered(Exception):
    """The purpose cannot be read; most often the database is unreachable."""


def mark_for_development(session: Session) -> None:
    session.merge(DatabaseMark(name=_DEVELOPMENT))


def purpose_of(database: Database) -> Purpose:
    try:
        with database.read() as session:
            return _purpose(session)
    except SQLAlchemyError as error:
        raise Unanswered(type(error).__name__) from error


def _purpose(session: Session) -> Purpose:
    if not inspect(session.connection()).has_table(DatabaseMark.__tablename__):
        return Purpose.unknown
    return Purpose.development if session.get(DatabaseMark, _DEVELOPMENT) else Purpose.production


def is_for_development(database: Database) -> bool:
    """False also while there are no tables; Unanswered if the purpose cannot be read."""
    return purpose_of(database) is Purpose.development
