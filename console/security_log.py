"""The security log: sign-ins, refusals and administrative changes. One event is one line of JSON on
standard error.

JSON escapes every line end and quote, so no path, name or id can make a line of its own. People are
named by their ids.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from enum import StrEnum
from typing import TextIO, cast

from flask import g, has_request_context, request
from flask.logging import wsgi_errors_stream

_LONGEST = 200  # characters of a path

_log = logging.getLogger(__name__)
_log.setLevel(logging.INFO)  # whatever CONSOLE_LOG_LEVEL says
_log.propagate = False
_handler = logging.StreamHandler(cast(TextIO, wsgi_errors_stream))
_handler.setFormatter(logging.Formatter("%(message)s"))
_log.addHandler(_handler)


class SecurityEvent(StrEnum):
    signed_in = "signed_in"
    refused = "refused"  # a wrong password, or an account that is disabled
    limited = "limited"  # too many tries
    signed_out = "signed_out"
    session_over = "session_over"  # too old, or its user was disabled
    account_changed = "account_changed"  # a password, or whether the user may sign in
    settings_changed = "settings_changed"
    acted_for_agent = "acted_for_agent"  # a supervisor wrote to an agent or set their availability
    denied = "denied"  # by role, by origin, or another user's object
    form_refused = "form_refused"  # without its token


def security_event(
    event: SecurityEvent, user: str | None = None, **facts: str | int | None
) -> None:
    """`user`: whom it is about, where that is known."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    entry = {"security": event, "at": at, **({"user": user} if user else {}), **_request(), **facts}
    _log.info(json.dumps(entry))


def _request() -> dict[str, str | None]:
    """The user, the address and the path of the request, without its query, which may hold numbers
    and names.
    """
    if not has_request_context():
        return {}
    by = g.get("user")
    asked = f"{request.method} {request.path[:_LONGEST]}"
    return {"by": by.id if by else None, "address": request.remote_addr, "request": asked}
