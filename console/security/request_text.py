"""Paths, queries and forms with letters that nobody can keep are refused before anything reads
them.
"""

from __future__ import annotations

from flask import Flask, request

from ..domain.storable import is_storable_text
from ..errors import BadRequest


def join_door(app: Flask) -> None:
    app.before_request(_refuse_unstorable)


def _refuse_unstorable() -> None:
    given = [request.path]
    for fields in (request.args, request.form):
        for name, value in fields.items(multi=True):
            given += name, value
    if not is_storable_text(*given):
        raise BadRequest
