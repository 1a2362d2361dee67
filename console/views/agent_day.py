"""An agent's day on one page, for the agent and for their supervisors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ..app_services import services
from ..domain.day_timeline import Span, spans, totals
from ..domain.history_filter import FilterFault, HistoryFilter
from ..errors import BadRequest
from ..security.guards import signed_in
from ..services.supervision import readable
from ..storage import agents, calls, day_numbers, days, models
from .history import FAULT_SENTENCES

blueprint = Blueprint("agent_day", __name__)

_MOST_CALLS = 200
_LANES = ("on_call", "wrap_up", "available", "away", "offline")


class Bar(TypedDict):
    """One span in the picture of a day, whose width is 1000."""

    x: float
    width: float


@blueprint.get("/agents/<who>/day")
@signed_in()
def agent_day(who: str) -> ResponseReturnValue:
    p = services()
    user: models.User = g.user
    with p.database.read() as session:
        agent = readable(session, user, who)
        now = p.database.now(session)
        zone = days.zone_of(session, user.organisation_id)
        day = _asked_day(zone, now)
        facts = {
            **_day_facts(session, agent, day, now),
            "agent": p.units.views(session, [agent.id], now)[0],
            "may_act": agents.supervises(session, user, agent),
        }
    return render_template(
        "agent_day.html",
        **facts,
        day=day,
        is_own=agent.id == user.id,
        is_today=day.since <= now < day.until,
        timezone=lambda: zone,  # the day's hours are the organisation's, for every reader
    )


def _asked_day(zone: str, now: int) -> days.Day:
    try:
        return days.day_of(zone, now, request.args.get("date", "").strip())
    except ValueError:
        raise BadRequest(FAULT_SENTENCES[FilterFault.date]) from None


def _day_facts(session: Session, agent: models.User, day: days.Day, now: int) -> dict[str, Any]:
    """The sections of the page: one statement for each, and the names of what calls refer to."""
    chosen = HistoryFilter(since=day.since, until=day.until)
    found = calls.history(session, agent.organisation_id, [agent.id], chosen, limit=_MOST_CALLS + 1)
    region = agents.region_of(session, agent.id)
    seen = agents.call_views(session, found[:_MOST_CALLS], region)
    until = min(day.until, now)
    talks = [(call["answered"], call["ended"] or until) for call in seen if call["answered"]]
    timeline = spans(days.changes(session, agent.id, day), talks, day.since, until)
    return {
        "calls": seen,
        "more_calls": len(found) > _MOST_CALLS,
        "numbers": day_numbers.between(session, agent.id, day.since, day.until - 1),
        "timeline": timeline,
        "totals": totals(timeline),
        "lanes": {lane: _bars(timeline, lane, day) for lane in _LANES},
    }


def _bars(timeline: Sequence[Span], status: str, day: days.Day) -> list[Bar]:
    whole = day.until - day.since
    return [
        Bar(
            x=round((span.since - day.since) * 1000 / whole, 2),
            width=round(max(span.length * 1000 / whole, 0.5), 2),
        )
        for span in timeline
        if span.status == status
    ]
