"""An agent's day on one page, for the agent and for their supervisors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ConfigDict, TypeAdapter, with_config
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from ..app_services import services
from ..domain.day_timeline import Span, spans, totals
from ..domain.enums import Availability, Role
from ..domain.history_filter import FilterFault, HistoryFilter
from ..domain.validation import CommandId
from ..errors import BadRequest
from ..security.guards import signed_in
from ..services.supervision import readable, send_whisper, set_availability
from ..storage import agents, calls, day_numbers, days, models, time_zones, whispers
from .history import FAULT_SENTENCES
from .json_body import json_body

blueprint = Blueprint("agent_day", __name__)

_MOST_CALLS = 200
_BODY_BYTES = 4_096
_LANES = ("on_call", "wrap_up", "available", "away", "offline")


class Bar(TypedDict):
    """One span in the picture of a day, whose width is 1000."""

    x: float
    width: float


@with_config(ConfigDict(strict=True))
class _Whispered(TypedDict):
    """A message to an agent. `call`: the id of the call that the page shows."""

    id: CommandId
    call: str
    text: str


@with_config(ConfigDict(strict=True))
class _Set(TypedDict):
    """Wrap-up follows a call: nobody sets it for another person."""

    id: CommandId
    availability: Literal["available", "away", "offline"]
    reason: str


_WHISPERED, _SET = TypeAdapter(_Whispered), TypeAdapter(_Set)


@blueprint.get("/agents/<who>/day")
@signed_in()
def agent_day(who: str) -> ResponseReturnValue:
    p = services()
    user: models.User = g.user
    with p.database.read() as session:
        agent = readable(session, user, who)
        now = p.database.now(session)
        zone = time_zones.zone_of(session, user.organisation_id)
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


@blueprint.get("/agents/<who>/now")
@signed_in()
def agent_now(who: str) -> ResponseReturnValue:
    """The present state of an agent, as a fragment of the page of their day."""
    p = services()
    with p.database.read() as session:
        agent = readable(session, g.user, who)
        view = p.units.views(session, [agent.id], p.database.now(session))[0]
    html = render_template("_agent_now.html", agent=view)
    return f'<hx-partial hx-target="#agent-now" hx-swap="outerMorph">{html}</hx-partial>', {
        "Cache-Control": "no-store"
    }


@blueprint.post("/agents/<who>/whisper")
@signed_in(Role.supervisor, Role.admin)
def whisper(who: str) -> ResponseReturnValue:
    """204 sent (repeats are harmless), 422 with the reason why not."""
    services().commands.admit(g.user, "whisper")
    given = json_body(_WHISPERED, longest=_BODY_BYTES)
    send_whisper(services().units, g.user, who, **given)
    return "", 204


@blueprint.post("/agents/<who>/availability")
@signed_in(Role.supervisor, Role.admin)
def availability(who: str) -> ResponseReturnValue:
    """204 set (repeats are harmless), 422 with the reason why not."""
    services().commands.admit(g.user, "agent_availability")
    given = json_body(_SET, longest=_BODY_BYTES)
    chosen = Availability(given["availability"])
    about = {"id": given["id"], "reason": given["reason"]}
    set_availability(services().units, g.user, who, availability=chosen, **about)
    return "", 204


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
    whispered = whispers.of_calls(session, [call["id"] for call in seen])
    until = min(day.until, now)
    talks = [(call["answered"], call["ended"] or until) for call in seen if call["answered"]]
    timeline = spans(days.changes(session, agent.id, day), talks, day.since, until)
    return {
        "calls": [{**call, "whispers": whispered.get(call["id"], [])} for call in seen],
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
