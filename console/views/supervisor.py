"""The supervisors' live page, at a desk and on a TV."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale

from ..app_services import services
from ..domain.enums import Role
from ..domain.languages import LANGUAGES
from ..security.guards import signed_in
from ..static_files import packed_page
from ..storage import agents, callbacks, models
from .page_data import page_data
from .preferences import THEMES, current_theme

blueprint = Blueprint("supervisor", __name__)


@blueprint.get("/wall")
@signed_in(Role.supervisor, Role.admin)
def wall() -> ResponseReturnValue:
    return _page(tv=False, locale=str(get_locale()), theme=current_theme())


@blueprint.get("/wall/tv")
@signed_in(Role.supervisor, Role.admin)
def tv() -> ResponseReturnValue:
    """The wall for a screen without input: its address names teams, language and theme."""
    locale, theme = request.args.get("locale"), request.args.get("theme")
    return _page(
        tv=True,
        locale=locale if locale in LANGUAGES else str(get_locale()),
        theme=theme if theme in THEMES else current_theme(),
    )


def _page(*, tv: bool, locale: str, theme: str) -> ResponseReturnValue:
    p = services()
    user: models.User = g.user
    with p.database.read() as session:
        now = p.database.now(session)
        data = page_data(p, session, user, "wall", locale)
        teams = agents.team_names(session, agents.teams_seen_by(session, user))
        seen = agents.of_teams(session, user.organisation_id, list(teams))
        views = p.units.views(session, seen, now)
        waiting = callbacks.listed(session, user.organisation_id, teams)
        connections = agents.connections_of(session, seen)
    with force_locale(locale):
        html = render_template(
            "wall_tv.html" if tv else "wall.html",
            page_data=data,
            agents=views,
            callbacks=waiting,
            user=user,
            locale=locale,
            theme=theme,
            teams=teams,
            connections=connections,
        )
    return packed_page(html)
