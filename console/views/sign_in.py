"""Signing in and out, one's own sessions, and tickets for the websocket."""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError

from ..app_services import services
from ..domain.enums import Role
from ..errors import FormExpired, NotFound, TooMany, answer, wants_json
from ..security.browser_name import browser_name
from ..security.cookies import new_token, token_id
from ..security.guards import LOGGED_USER, current_session, current_user, signed_in
from ..security.passwords import hash_password, is_outdated, password_fits
from ..security.safe_next import safe_next
from ..security.sign_in_limits import Attempt
from ..security.tickets import SECONDS, issue_ticket
from ..security_log import SecurityEvent, security_event
from ..storage.accounts import username_key
from ..storage.models import User

sign_in = Blueprint("sign_in", __name__)

# Only the cached pages. `storage` would delete undelivered call events
# of every tab, `executionContexts` would cut a live call, and `cookies` would also delete those of
# other programs on the site, the language, and the device cookie that prevents lock-out.
_CLEARED = '"cache"'
_HOME = {Role.agent: "/", Role.supervisor: "/wall", Role.admin: "/wall"}


def home_of(user: User) -> str:
    return _HOME.get(Role(user.role), "/")


@sign_in.get("/sign-in")
def form() -> ResponseReturnValue:
    user = current_user()
    if user:
        return redirect(safe_next(request.args.get("next"), home_of(user)), 303)
    return _form()


def _form(
    error: object = "", status: int = 200, headers: dict[str, str] | None = None
) -> ResponseReturnValue:
    page = render_template(
        "sign_in.html",
        error=error,
        username=request.form.get("username", ""),
        next=request.values.get("next", ""),
    )
    return page, status, headers or {}


@sign_in.post("/sign-in")
def enter() -> ResponseReturnValue:
    try:
        user = _recognise(request.form.get("username", ""), request.form.get("password", ""))
    except TooMany as wait:
        return _form(wait.sentence, wait.status, wait.headers)
    return (_start(user) if user else None) or _form(
        _("The user name or password is incorrect."), 401
    )


@sign_in.errorhandler(CSRFError)
def form_too_old(_error: CSRFError) -> ResponseReturnValue:
    """Answers an expired form: mostly a page left open for days, or a browser without cookies."""
    security_event(SecurityEvent.form_refused)
    if request.path != "/sign-in":
        return answer(FormExpired())
    return _form(
        _("Please try again. If this happens again, allow cookies for this page in your browser."),
        400,
    )


def _recognise(username: str, password: str) -> User | None:
    console = services()
    user = console.accounts.by_username(username[:200])
    attempt = admitted(username[:200], user)
    if (
        not password_fits(password, user.password_hash if user else None)
        or user is None
        or user.disabled
    ):
        security_event(SecurityEvent.refused, user.id if user else None)
        return None
    console.sign_in_limits.succeeded(attempt)
    if is_outdated(user.password_hash):
        console.accounts.keep_password(user, hash_password(password))
    return user


def admitted(username: str, user: User | None) -> Attempt:
    """Counts one more attempt with a password. Raises TooMany above the limit."""
    device, users = services().cookies.known_device(request)
    known = device if user and user.id in users else None
    attempt = Attempt.of(username_key(username), request.remote_addr or "", known)
    try:
        services().sign_in_limits.admit(attempt)
    except TooMany:
        security_event(SecurityEvent.limited, user.id if user else None)
        raise
    return attempt


def _start(user: User) -> Response | None:
    console, token = services(), new_token()
    if (
        before := current_session()
    ):  # another person uses the browser: its old session must not live on without a cookie
        sign_out(before[0], before[1].id)
    for old in console.accounts.expired_sessions(
        user
    ):  # the lease must not wait for a phone in one of them
        services().sign_outs.end_expired(
            user.organisation_id, user.id, old, console.accounts.is_valid
        )
    browser = browser_name(request.user_agent.string)
    if not console.accounts.start_session(
        user, token_id(token), browser=browser, address=request.remote_addr or ""
    ):
        return None
    request.environ[LOGGED_USER] = user.id
    security_event(SecurityEvent.signed_in, user.id, session=token_id(token)[:12])
    response = make_response(redirect(safe_next(request.form.get("next"), home_of(user)), 303))
    console.cookies.put_session(response, token)
    if user.id != (before[0].id if before else _last_user() or user.id):
        response.headers["Clear-Site-Data"] = _CLEARED
    console.cookies.put_device(response, request, user.id)
    return response


def _last_user() -> str:
    """The id of the last user who signed in with this browser, even if their session has ended."""
    return next(iter(services().cookies.known_device(request)[1]), "")


def sign_out(user: User, session_id: str, client: str = "") -> bool:
    """Ends the session, frees its phone and closes its sockets.

    `client`: the page that sent the request and goes away.
    """
    return services().sign_outs.sign_out(user.organisation_id, user.id, session_id, client)


@sign_in.post("/sign-out")
@signed_in()
def leave() -> ResponseReturnValue:
    return _end(g.sign_in_session.id)


@sign_in.get("/sessions")
@signed_in()
def sessions() -> ResponseReturnValue:
    shown, here = ("id", "browser", "address", "created_at", "seen_at"), g.sign_in_session.id
    rows = [
        {name: getattr(row, name) for name in shown} | {"current": row.id == here}
        for row in services().accounts.sessions_of(g.user)
    ]
    return render_template("sessions.html", sessions=rows)


@sign_in.post("/sessions/<session_id>/end")
@signed_in()
def end(session_id: str) -> ResponseReturnValue:
    return _end(session_id)


def _end(session_id: str) -> ResponseReturnValue:
    current = session_id == g.sign_in_session.id
    if not sign_out(g.user, session_id, request.form.get("client", "")[:64]):
        raise NotFound
    response = make_response(
        ("", 204) if wants_json() else redirect("/sign-in" if current else "/sessions", 303)
    )
    if current:
        services().cookies.drop(response, services().cookies.session)
        response.headers["Clear-Site-Data"] = _CLEARED
    return response


@sign_in.post("/realtime/ticket")
@signed_in()
def ticket() -> ResponseReturnValue:
    return jsonify(ticket=issue_ticket(g.sign_in_session), seconds=SECONDS)
