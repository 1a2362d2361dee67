"""A question that is mostly asked about one thing, and sometimes about many.

SQLAlchemy writes an `IN` anew each time it is asked, which costs as much as all the rest of a small
statement.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam
from sqlalchemy.orm import Session

Among = Callable[[ColumnElement[Any]], ColumnElement[bool]]


class OneOrMany:
    """OneOrMany(lambda among: select(…).where(among(column))): the column is one of the values that
    are asked about.
    """

    def __init__(self, question: Callable[[Among], Select[Any]]) -> None:
        self._one = question(lambda column: column == bindparam("asked_one"))
        self._many = question(lambda column: column.in_(bindparam("asked_many", expanding=True)))

    def ask(self, session: Session, values: Collection[str], **others: Any) -> Sequence[Any]:
        """All rows. `others`: the question's own parameters."""
        connection = (
            session.connection()
        )  # its own `execute` does what the session's does, for less
        if len(values) == 1:
            return connection.execute(self._one, {"asked_one": next(iter(values)), **others}).all()
        return connection.execute(self._many, {"asked_many": list(values), **others}).all()
