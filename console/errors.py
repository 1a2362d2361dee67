"""Errors, each with a sentence that a person can act on.

    ConsoleError 500
     ├─ BadRequest 400 ── FormExpired
     ├─ NotSignedIn 401
     ├─ NotAllowed 403
     ├─ NotFound 404
     ├─ StaleEpoch 409, NoOwner 409
     ├─ Unsupported 422
     ├─ TooMany 429
     ├─ PhoneSystemAway 502
     └─ NotReady 503

Programs (commands, phone sessions, tickets) get JSON {code, sentence}; people get a page.
"""

from __future__ import annotations

from secrets import token_hex
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from .security_log import SecurityEvent, security_event


class ConsoleError(Exception):
    status = 500
    code = "error"
    reference = ""  # the log has it beside the error
    sentence: Any = _(
        "Something went wrong. The error has been logged; please try again in a moment."
    )

    def __init__(
        self, sentence: Any = None, *, code: str = "", headers: dict[str, str] | None = None
    ) -> None:
        self.sentence = sentence or self.sentence
        self.code = code or self.code
        self.headers = headers or {}
        super().__init__(self.code)

    def __str__(self) -> str:
        return self.code


class BadRequest(ConsoleError):
    status = 400
    code = "bad_request"
    sentence = _("This request is invalid.")


class NotSignedIn(ConsoleError):
    status = 401
    code = "not_signed_in"
    sentence = _("Please sign in.")


class NotAllowed(ConsoleError):
    status = 403
    code = "not_allowed"
    sentence = _("You do not have permission to do this. Ask an administrator if you need it.")


class NotFound(ConsoleError):
    status = 404
    code = "not_found"
    sentence = _("Page not found.")


class StaleEpoch(ConsoleError):
    status = 409
    code = "stale_epoch"
    sentence = _("Your phone has moved to another tab. Take over here to use it.")


class NoOwner(ConsoleError):
    status = 409
    code = "no_owner"
    sentence = _("Your phone is not open in any tab. Take over here to use it.")


class Unsupported(ConsoleError):
    status = 422
    code = "unsupported"
    sentence = _("This phone system does not support that.")


class TooMany(ConsoleError):
    status = 429
    code = "too_many"
    sentence = _("Too many requests. Please wait a moment and try again.")


class PhoneSystemAway(ConsoleError):
    status = 502
    code = "phone_system_away"
    sentence = _("The phone system cannot be reached. Console retries automatically.")


class NotReady(ConsoleError):
    status = 503
    code = "not_ready"
    sentence = _(
        "Console is not ready yet. Please try again in a moment; if the problem persists, tell"
        " your administrator."
    )


class FormExpired(BadRequest):
    code = "form_expired"
    sentence = _("This page was open for too long. Reload it and try again.")


_BY_STATUS: dict[int, type[ConsoleError]] = {
    kind.status: kind
    for kind in (BadRequest, NotSignedIn, NotAllowed, NotFound, Unsupported, TooMany, ConsoleError)
}
_LOGGED = {NotAllowed.status: SecurityEvent.denied, TooMany.status: SecurityEvent.limited}
_PROGRAMS = ("/commands/", "/phone/", "/realtime", "/health/")


def init_errors(app: Flask) -> None:
    app.register_error_handler(ConsoleError, answer)
    app.register_error_handler(CSRFError, _without_token)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(Exception, _unexpected)


def _without_token(_error: CSRFError) -> ResponseReturnValue:
    security_event(SecurityEvent.form_refused)
    return answer(FormExpired())


def answer(error: ConsoleError) -> ResponseReturnValue:
    if error.status in _LOGGED:
        security_event(_LOGGED[error.status])
    if wants_json():
        return jsonify(code=error.code, sentence=str(error.sentence)), error.status, error.headers
    if isinstance(error, NotSignedIn):
        return _to_sign_in(error)
    return (
        render_template(
            "error.html", code=error.code, sentence=error.sentence, reference=error.reference
        ),
        error.status,
        error.headers,
    )


def wants_json() -> bool:
    if request.path.startswith(_PROGRAMS) or request.is_json:
        return True
    return (
        request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    )


def _to_sign_in(error: ConsoleError) -> ResponseReturnValue:
    here = request.full_path.rstrip("?") if request.method == "GET" else ""
    address = f"/sign-in?next={quote(here)}" if here not in ("", "/") else "/sign-in"
    if request.headers.get("HX-Request"):
        return "", error.status, {"HX-Redirect": "/sign-in"}
    return redirect(address, 303)


def _from_http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    status = error.code or 500
    kind = _BY_STATUS.get(status, BadRequest if status < 500 else ConsoleError)()
    kind.status = status
    kind.headers = {
        name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")
    }
    return answer(kind)


def _unexpected(error: Exception) -> ResponseReturnValue:
    if "user" not in g:  # the database may have failed: the page must not look up its reader
        g.user = g.sign_in_session = None
    failed = ConsoleError()
    failed.reference = token_hex(4)
    current_app.logger.exception(
        "%s %s failed, reference %s", request.method, request.path, failed.reference, exc_info=error
    )
    return answer(failed)
