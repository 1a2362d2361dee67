"""Production serves no database that development has made:

Console lets nobody in until the database has said that it is none.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import gevent
from flask import Flask, g, request

from ..errors import NotReady
from ..storage.database import Database
from ..storage.database_purpose import Purpose, Unanswered, purpose_of

log = logging.getLogger(__name__)

_PAUSE = 1.0  # seconds between two questions
_OPEN = ("/health/", "/static/")  # these paths need no database
_REASONS = {
    Purpose.unknown: (
        "The database has no tables yet: run flask --app app prepare. Console serves nobody until"
        " then."
    ),
    Purpose.development: (
        "This database was made for development: its passwords are well known. Console serves"
        " nobody from it."
    ),
}
_AWAY = "The database does not answer (%s). Console serves nobody until it does."


class OwnDatabase:
    """Development serves any database.

    `_begun` is false only while a server waits for its database.
    """

    def __init__(self, database: Database, *, development: bool) -> None:
        self._database = database
        self._development = development
        self._ours = development
        self._begun = True
        self._told = ""

    def ask(self) -> bool:
        """Whether the database says now that it may be served.

        One that was ours stays ours while it is away.
        """
        if self._development:
            return True
        try:
            purpose = purpose_of(self._database)
        except Unanswered as error:
            self._tell(_AWAY % error)
            return False
        self._ours = purpose is Purpose.production
        self._tell(_REASONS.get(purpose, ""))
        return self._ours

    def _tell(self, reason: str) -> None:
        """The administrator reads each reason once, however often it is met."""
        if reason and reason != self._told:
            log.error(reason)
        self._told = reason

    def is_open(self) -> bool:
        return self._begun and (self._ours or self.ask())

    def is_ready(self) -> bool:
        return self._begun and self.ask()

    def when_ours(self, begin: Callable[[], None]) -> None:
        """Calls `begin` and lets people in: now, or as soon as the database has answered well."""
        self._begun = False
        if not self._tried(begin):
            gevent.spawn(self._keep_trying, begin)

    def _keep_trying(self, begin: Callable[[], None]) -> None:
        while not self._tried(begin):
            gevent.sleep(_PAUSE)

    def _tried(self, begin: Callable[[], None]) -> bool:
        try:
            if self.ask():
                begin()
                self._begun = True
        except Exception:  # the database may go away again in between
            log.exception("serving could not begin and is tried again")
        return self._begun


def join_own_database(app: Flask, database: Database, *, development: bool) -> OwnDatabase:
    own = OwnDatabase(database, development=development)

    @app.before_request
    def refuse_foreign() -> None:
        if not (request.path.startswith(_OPEN) or own.is_open()):
            g.user = g.sign_in_session = None  # the page must not ask the database who reads it
            raise NotReady

    return own
