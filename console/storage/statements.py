"""A query for one or many values of a column.

SQLAlchemy compiles an `IN` on each execution, which costs as much as the rest of a small statement.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam
from sqlalchemy.orm import Session

Among = Callable[[ColumnElement[Any]], ColumnElement[bool]]


class OneOrMany:
    """OneOrMany(lambda among: select(…).where(among(column))): the column has one of the values."""

    def __init__(self, query: Callable[[Among], Select[Any]]) -> None:
        self._one = query(lambda column: column == bindparam("asked_one"))
        self._many = query(lambda column: column.in_(bindparam("asked_many", expanding=True)))

    def ask(self, session: Session, values: Collection[str], **others: Any) -> Sequence[Any]:
        """All rows. `others`: further parameters of the query."""
        connection = session.connection()  # its `execute` costs less than the session's
        if len(values) == 1:
            return connection.execute(self._one, {"asked_one": next(iter(values)), **others}).all()
        return connection.execute(self._many, {"asked_many": list(values), **others}).all()
