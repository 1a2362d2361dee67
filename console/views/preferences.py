"""Preferences: language and theme, kept with the account and in a cookie; devices with the account.

The cookie serves people who have not signed in.
"""

from __future__ import annotations

from typing import Any, Literal

from flask import (
    Blueprint,
    Flask,
    current_app,
    g,
    make_response,
    redirect,
    request,
    send_from_directory,
)
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from ..app_services import services
from ..domain.languages import DEFAULT_LANGUAGE, LANGUAGE_NAMES, LANGUAGES, Language
from ..errors import BadRequest, wants_json
from ..security.guards import current_user
from ..security.safe_next import came_from
from .audio_choice import read_audio_choice
from .json_body import checked, json_object

preferences = Blueprint("preferences", __name__)

THEMES = ("light", "dark")


@with_config(ConfigDict(strict=True))
class _Choices(TypedDict, total=False):
    """An empty theme follows the system's."""

    locale: Language
    theme: Literal["light", "dark", ""]


_CHOICES = TypeAdapter(_Choices)


def init_locales(app: Flask, translations: str) -> None:
    app.config.update(
        BABEL_TRANSLATION_DIRECTORIES=translations, BABEL_DEFAULT_LOCALE=DEFAULT_LANGUAGE
    )
    Babel(app, locale_selector=current_locale)
    app.jinja_env.globals["languages"] = LANGUAGE_NAMES
    app.context_processor(
        lambda: {
            "locale": current_locale(),
            "theme": current_theme(),
            "user": current_user(),
            "timezone": current_timezone,
        }
    )


def current_locale() -> str:
    """The user's choice, else this browser's, else the best match of the request."""
    user = current_user()
    for choice in (user.locale if user else None, request.cookies.get(services().cookies.locale)):
        if choice in LANGUAGES:
            return choice
    return request.accept_languages.best_match(LANGUAGES) or DEFAULT_LANGUAGE


def current_theme() -> str:
    """The user's choice, else this browser's; empty: the system's."""
    user = current_user()
    for choice in (user.theme if user else None, request.cookies.get(services().cookies.theme)):
        if choice in THEMES:
            return choice
    return ""


def current_timezone() -> str:
    """The time zone of the user; empty: the browser's."""
    user = current_user()
    return services().accounts.timezone_of(user) if user else ""


@preferences.get("/service-worker.js")
def service_worker() -> ResponseReturnValue:
    """Notifications with actions. Its place is its scope; browsers look for a new one each day."""
    answer = send_from_directory(
        str(current_app.static_folder), "js/service-worker.js", mimetype="text/javascript"
    )
    answer.cache_control.no_cache = True
    return answer


@preferences.post("/preferences")
def choose() -> ResponseReturnValue:
    user, console = current_user(), services()
    if user:
        console.commands.admit(user, "preferences")
    given: dict[str, Any] = json_object() if request.is_json else request.form.to_dict()
    choices = checked(_CHOICES, given)
    chosen: dict[str, Any] = {**choices}
    audio = (
        read_audio_choice(given["audio"]) if user and request.is_json and "audio" in given else None
    )
    if not (chosen or audio):
        raise BadRequest
    if user:
        changes: dict[str, Any] = {name: value or None for name, value in chosen.items()}
        console.accounts.set_preferences(
            user, changes | ({"audio": {**(user.audio or {}), **audio}} if audio else {})
        )
    quiet = wants_json() or "HX-Request" in request.headers
    answer = make_response(("", 204) if quiet else redirect(came_from(), 303))
    for name, value in chosen.items():  # this browser keeps its language after sign-out
        console.cookies.put(answer, getattr(console.cookies, name), value, days=365)
    g.pop("user", None)
    return answer
