"""The browser's cookies: all host-only, HttpOnly and SameSite=Lax; `__Host-` and Secure in
production.

session: a random token; the table of sessions holds its SHA-256 only.
form: binds the forms of a person who has not signed in yet.
device: signed list of the users who have signed in with this browser (sign_in_limits.py).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import Flask, Request, Response, g
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from itsdangerous import BadData, URLSafeSerializer

from ..config import Settings

# The default of itsdangerous is SHA-1.
_SHA256 = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
KEPT_USERS = 12  # a shared desk has a few; more would outgrow the cookie


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_id(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Cookies:
    def __init__(self, settings: Settings) -> None:
        self._secure = not settings.development
        self._prefix = "__Host-" if self._secure else ""
        self._days = settings.session_days
        self._devices = URLSafeSerializer(
            settings.secret_key, salt="known-device", signer_kwargs=_SHA256
        )
        self.session = f"{self._prefix}console"
        self.form = f"{self._prefix}console-form"
        self.device = f"{self._prefix}console-device"
        self.locale = f"{self._prefix}console_locale"
        self.theme = f"{self._prefix}console_theme"

    def put(self, response: Response, name: str, value: str, *, days: float | None = None) -> None:
        age = None if days is None else int(days * 86_400)
        response.set_cookie(
            name, value, max_age=age, path="/", secure=self._secure, httponly=True, samesite="Lax"
        )

    def drop(self, response: Response, name: str) -> None:
        response.delete_cookie(name, path="/", secure=self._secure, httponly=True, samesite="Lax")

    def put_session(self, response: Response, token: str) -> None:
        self.put(response, self.session, token, days=self._days)

    def known_device(self, request: Request) -> tuple[str, list[str]]:
        """This browser's id, and the users who have signed in with it."""
        try:
            device = self._devices.loads(request.cookies.get(self.device, ""))
            return str(device["id"]), [str(user) for user in device["users"]]
        except (BadData, KeyError, TypeError):
            return secrets.token_hex(16), []

    def put_device(self, response: Response, request: Request, user_id: str) -> None:
        device, users = self.known_device(request)
        users = [user_id, *(other for other in users if other != user_id)][:KEPT_USERS]
        self.put(
            response,
            self.device,
            str(self._devices.dumps({"id": device, "users": users})),
            days=365,
        )


class FormSession(SessionInterface):
    """The session that Flask-WTF sees: only the secret of this browser's forms.

    The secret derives from the session's token once there is one, so that a form token ends with
    its session and is useless in another.
    """

    def __init__(self, cookies: Cookies, secret_key: str) -> None:
        self._cookies = cookies
        self._key = secret_key.encode()

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        held = request.cookies.get(self._cookies.session) or request.cookies.get(self._cookies.form)
        if not held:
            held = g.new_form_cookie = new_token()
        return SecureCookieSession({"csrf_token": self._secret(held)})

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.accessed:
            response.vary.add("Cookie")
            if fresh := g.pop("new_form_cookie", None):
                self._cookies.put(response, self._cookies.form, fresh)

    def _secret(self, held: str) -> str:
        return hmac.new(self._key, b"form " + held.encode(), "sha256").hexdigest()
