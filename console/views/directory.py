"""People to call or to transfer to, as somebody types: colleagues with their presence, contacts."""

from __future__ import annotations

import re
from typing import TypedDict

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ..app_services import services
from ..domain.directory import DirectoryQuery, read_query
from ..domain.numbers import shown
from ..security.guards import signed_in
from ..storage import agents, directory, models
from ..storage.agents import AgentView

blueprint = Blueprint("directory", __name__)

_MOST = 12
_ROOM_FOR_CONTACTS = 4  # of them, however many colleagues fit
_COLLEAGUES = 60  # whose presence is looked up; those who can talk are shown first
_LIST = re.compile(r"people-\d{1,6}")


class Person(TypedDict):
    """One choice. `agent`: of a colleague, else None."""

    name: str
    number: str
    shown: str
    agent: AgentView | None


@blueprint.get("/directory")
@signed_in()
def people() -> ResponseReturnValue:
    """The people in a field's list box, as a fragment; `list` is their group's id."""
    box = request.args.get("list", "")
    if not _LIST.fullmatch(box):
        abort(400)
    with services().database.read() as session:
        region = agents.region_of(session, g.user.id)
        query = read_query(request.args.get("q", ""), region)
        found = [] if query.is_empty else _people(session, g.user, query, region)
    html = render_template("_directory.html", list=box, people=found)
    return f'<hx-partial hx-target="#{box}" hx-swap="outerMorph">{html}</hx-partial>', {
        "Cache-Control": "no-store"
    }


def _people(
    session: Session, user: models.User, query: DirectoryQuery, region: str
) -> list[Person]:
    p = services()
    found = directory.colleagues(session, user.organisation_id, query, user.id, _COLLEAGUES)
    views = p.units.views(session, [one.id for one in found], p.database.now(session))
    seen = {view["id"]: view for view in views}
    colleagues = [
        Person(name=one.name, number=one.extension, shown=one.extension, agent=seen[one.id])
        for one in found
        if one.id in seen
    ]
    contacts = [
        Person(name=name, number=number, shown=shown(number, region), agent=None)
        for name, number in directory.contacts(session, user.organisation_id, query, _MOST)
    ]
    room = _MOST - min(len(contacts), _ROOM_FOR_CONTACTS)
    return [*sorted(colleagues, key=_cannot_talk)[:room], *contacts][:_MOST]


def _cannot_talk(person: Person) -> bool:
    """Colleagues who cannot take a call now come after those who can."""
    agent = person["agent"]
    return agent is None or not (
        agent["availability"] == "available" and agent["reachable"] and not agent["calls"]
    )
