"""The settings page: sound and devices, alerts and keys, language and look, the password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _

from ..app_services import services
from ..errors import NotSignedIn, TooMany
from ..security.guards import signed_in
from ..security.password_rules import SHORTEST, Weakness, weakness
from ..security.passwords import LONGEST, hash_password, password_fits
from ..security_log import SecurityEvent, security_event
from ..storage.accounts import set_password
from ..storage.models import User
from .page_data import page_data
from .sign_in import admitted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

blueprint = Blueprint("settings", __name__)

_WEAK = {
    Weakness.short: _("A password needs at least %(num)d characters.", num=SHORTEST),
    Weakness.long: _("A password has at most %(num)d characters.", num=LONGEST),
    Weakness.guessable: _(
        "This password is too easy to guess: it is known from leaks, or made of common words,"
        " names or your previous password. Use several unrelated words."
    ),
}


@blueprint.get("/settings")
@signed_in()
def settings() -> ResponseReturnValue:
    return _page(changed="changed" in request.args)


def _page(**more: object) -> str:
    console, user = services(), g.user
    with console.database.read() as session:
        data = page_data(console, session, user, "settings", str(get_locale()))
    return render_template(
        "settings.html",
        page_data=data | {"texts": data["texts"] | _texts()},
        user=user,
        shortest=SHORTEST,
        **more,
    )


def _texts() -> dict[str, str]:
    """This page's own wording where the workspace says it otherwise."""
    away = str(
        _(
            "Devices are chosen through the workspace that has your phone. Open it in this"
            " browser, and they appear here."
        )
    )
    return {"audio.elsewhere": away, "audio.no_phone": away}


@blueprint.post("/password")
@signed_in()
def change_password() -> ResponseReturnValue:
    """A weak new password costs an attempt as well, because rating it takes long."""
    user, now, new = g.user, request.form.get("current", ""), request.form.get("password", "")
    try:
        attempt = admitted(user.username, user)
    except TooMany as wait:
        return _page(problem=wait.sentence), wait.status, wait.headers
    if not password_fits(now, user.password_hash):
        security_event(SecurityEvent.refused, user.id)
        return _page(problem=_("The current password is incorrect.")), 401
    if problem := _problem_of(user, now, new):
        return _page(problem=problem), 422
    _replace_password(user, hash_password(new))
    services().sign_in_limits.succeeded(attempt)
    return redirect("/settings?changed#password", 303)


def _problem_of(user: User, now: str, new: str) -> object:
    if new != request.form.get("again", ""):
        return _("The new passwords do not match. Enter the same one twice.")
    weak = weakness(new, (user.username, user.name, services().accounts.organisation_of(user), now))
    return weak and _WEAK[weak]


def _replace_password(user: User, password_hash: str) -> None:
    """Signs the user's other browsers out. A password set by another person meanwhile stays."""

    def change(session: Session) -> None:
        if not set_password(session, user.id, password_hash, instead_of=user.password_hash):
            raise NotSignedIn

    services().sign_outs.change_account(
        user.organisation_id, user.id, change, but=g.sign_in_session.id
    )
