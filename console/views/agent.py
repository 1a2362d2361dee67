"""The agent's pages: workspace and history. A supervisor's history shows their teams."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..app_services import services
from ..domain.numbers import BadNumber, parse
from ..security.guards import signed_in
from ..security.origins import phone_origin
from ..static_files import packed_page
from ..storage import agents, calls, day_numbers, missed_calls, models, outcomes
from ..storage.lines import lines_of
from .number_texts import NUMBER_SENTENCES
from .page_data import page_data

blueprint = Blueprint("agent", __name__)

_PAGE = 50


@blueprint.get("/")
@signed_in()
def workspace() -> ResponseReturnValue:
    p = services()
    user: models.User = g.user
    p.accounts.sends_workspace(g.sign_in_session.id)
    with p.database.read() as session:
        now = p.database.now(session)
        data = page_data(p, session, user, "workspace", str(get_locale()))
        agent = p.units.views(session, [user.id], now)[0]
        recent = agents.recent(session, user.id, data["region"])
        missed = missed_calls.of_agent(session, user.id, now)
        today = day_numbers.of_agent(session, user.id, now)
        offered = outcomes.offered(session, [user.id]).get(user.id)
        g.phone_origins = sorted(
            {
                phone_origin(p.settings, connection.id)
                for _line, connection in lines_of(session, user)
            }
        )
    return packed_page(
        render_template(
            "workspace.html",
            page_data=data,
            agent=agent,
            recent=recent,
            missed=missed,
            today=today,
            outcomes=offered,
            user=user,
        )
    )


@blueprint.get("/numbers/preview")
@signed_in()
def preview() -> ResponseReturnValue:
    """The number in a typed or pasted text, for the dial field."""
    with services().database.read() as session:
        region = agents.region_of(session, g.user.id)
    try:
        number = parse(request.args.get("number", "")[:200], region)
    except BadNumber as error:
        return {
            "shown": None,
            "e164": None,
            "extension": None,
            "error": str(NUMBER_SENTENCES[error.code]),
        }
    return {
        "shown": number.shown,
        "e164": number.e164,
        "extension": number.extension,
        "error": None,
    }


@blueprint.get("/history")
@signed_in()
def history() -> ResponseReturnValue:
    user: models.User = g.user
    text, missed = request.args.get("q", "").strip()[:100], request.args.get("missed") == "1"
    chosen, before = request.args.get("agent", ""), _cursor(request.args.get("before", ""))

    def read(session: Session) -> tuple[list[agents.CallView], dict[str, str], str | None, Any]:
        visible = _visible_agents(session, user)
        wanted = [chosen] if chosen in visible else list(visible)
        found = calls.history(
            session, wanted, text=text, missed=missed, before=before, limit=_PAGE + 1
        )
        views = agents.call_views(session, found[:_PAGE], agents.region_of(session, user.id))
        last = found[_PAGE - 1] if len(found) > _PAGE else None
        offered = outcomes.offered(session, [user.id]).get(user.id)
        return views, visible, f"{last.started_at}.{last.id}" if last else None, offered

    views, visible, cursor, offered = services().database.long_read(read)
    rows = [{**view, "agent_name": visible.get(view["agent"], "")} for view in views]
    filters = {"q": text, "missed": missed, "agent": chosen}
    return render_template(
        "history.html",
        calls=rows,
        agents=visible,
        outcomes=offered,
        filters=filters,
        next_cursor=cursor,
        title=_("History"),
    )


def _visible_agents(session: Session, user: models.User) -> dict[str, str]:
    """agent id → name of the agents whose calls the user may see: their own and their teams'."""
    seen = agents.of_teams(session, user.organisation_id, agents.teams_seen_by(session, user))
    names = agents.names(session, seen)
    return {**({user.id: user.name} if user.role == "agent" or not names else {}), **names}


def _cursor(text: str) -> tuple[int, str] | None:
    at, dot, id = text.partition(".")
    return (int(at), id) if dot and at.isascii() and at.isdigit() and len(at) < 16 else None
