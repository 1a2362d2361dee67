"""The agent's workspace."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from ..app_services import services
from ..domain.numbers import BadNumber, NumberFault, parse
from ..errors import BadRequest
from ..security.guards import signed_in
from ..security.origins import phone_origin
from ..static_files import packed_page
from ..storage import agents, callbacks, day_numbers, directory, models, outcomes
from ..storage.lines import lines_of
from .number_texts import NUMBER_SENTENCES
from .page_data import page_data

blueprint = Blueprint("agent", __name__)

_SERVICE_KEYS = frozenset("*#")  # of codes that redirect calls: no stranger's link may offer one


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
        today = day_numbers.of_agent(session, user.id, now)
        waiting = callbacks.listed(
            session, user.organisation_id, callbacks.audiences_of(session, user)
        )
        offered = outcomes.offered(session, [user.id]).get(user.id)
        team = agents.of_teams(session, user.organisation_id, [user.team_id or ""])
        colleagues = directory.with_extensions(
            session, p.units.views(session, team, now) if team else []
        )
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
            callbacks=waiting,
            colleagues=colleagues,
            today=today,
            outcomes=offered,
            user=user,
        )
    )


@blueprint.get("/dial")
@signed_in()
def dial() -> ResponseReturnValue:
    """A tel: link of any page: its number reaches a dial field, and is never dialled by itself."""
    with services().database.read() as session:
        region = agents.region_of(session, g.user.id)
    try:
        number = parse(request.args.get("number", "")[:200], region)
    except BadNumber as error:
        raise BadRequest(NUMBER_SENTENCES[error.code], code="bad_number") from error
    if _SERVICE_KEYS & set(number.number):
        raise BadRequest(NUMBER_SENTENCES[NumberFault.invalid], code="bad_number")
    return render_template("dial.html", number=number.number, shown=number.shown, user=g.user)


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
