"""The guard that keeps production from serving a database made for development.

No request is served before the database has confirmed its purpose.
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

_PAUSE = 1.0  # seconds between two tries
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


class DatabaseGuard:
    """Whether requests may use the database. Development uses any database.

    `_begun` is false only while a server waits for its database.
    """

    def __init__(self, database: Database, *, development: bool) -> None:
        self._database = database
        self._development = development
        self._admitted = development
        self._begun = True
        self._logged = ""

    def ask(self) -> bool:
        """Asks the database whether it may be served.

        While the database is away, its last answer counts.
        """
        if self._development:
            return True
        try:
            purpose = purpose_of(self._database)
        except Unanswered as error:
            self._log(_AWAY % error)
            return False
        self._admitted = purpose is Purpose.production
        self._log(_REASONS.get(purpose, ""))
        return self._admitted

    def _log(self, reason: str) -> None:
        """Logs a reason once, however often it is met in a row."""
        if reason and reason != self._logged:
            log.error(reason)
        self._logged = reason

    def is_open(self) -> bool:
        return self._begun and (self._admitted or self.ask())

    def is_ready(self) -> bool:
        return self._begun and self.ask()

    def when_admitted(self, begin: Callable[[], None]) -> None:
        """Calls `begin` and admits requests, now or as soon as the database may be served."""
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
        except Exception:  # the database may go away again meanwhile
            log.exception("serving could not begin and is tried again")
        return self._begun


def init_database_guard(app: Flask, guard: DatabaseGuard) -> None:
    @app.before_request
    def refuse_foreign() -> None:
        if not (request.path.startswith(_OPEN) or guard.is_open()):
            g.user = g.sign_in_session = None  # the page must not look up its reader
            raise NotReady
