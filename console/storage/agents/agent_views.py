"""Agents as templates and the journal carry them: status, open calls, reachability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from ...domain import alert_limits
from ...domain.enums import Availability
from ...domain.reachability import Reach
from .. import calls, models, reachability, wrap_ups
from ..statements import OneOrMany
from .call_views import CallView, call_view, call_views

# Plain rows, and statements that are built once: these run with every event.
_USER, _STATUS, _TEAM, _ORGANISATION = (
    cast(Table, model.__table__)
    for model in (models.User, models.AgentStatus, models.Team, models.Organisation)
)
_SETTER = _USER.alias()


class AgentView(TypedDict):
    """An agent for templates and the journal.

    `reachable`: a call reaches the agent now; `unreachable`: the reason why not, else empty;
    `lines_down`: the connections whose calls do not reach them although others do; `wrapped_up`:
    the call that wrap-up follows, until `wrap_up_until`; `wrap_up_extendable`: the agent may make
    it longer; `set_by`: the supervisor who set the availability, until the agent chooses;
    `limits`: the team's own for alerts, as domain.alert_limits has them; empty: the usual ones.
    """

    id: str
    name: str
    team: str
    team_id: str
    availability: str
    reason: str
    since: int
    set_by: str
    device: str
    reachable: bool
    unreachable: str
    lines_down: list[str]
    wrap_up_until: int | None
    wrap_up_extendable: bool
    wrapped_up: CallView | None
    limits: list[int]
    calls: list[CallView]


_SEEN = OneOrMany(
    lambda among: (
        select(
            *(_USER.c.id, _USER.c.name, _USER.c.team_id, _TEAM.c.name),
            *(_STATUS.c.availability, _STATUS.c.reason, _STATUS.c.since, _STATUS.c.device),
            _SETTER.c.name,
            *(_TEAM.c.alert_hold, _TEAM.c.alert_ring, _TEAM.c.alert_repeat, _TEAM.c.alert_sound),
            _ORGANISATION.c.region,
        )
        .join_from(_USER, _ORGANISATION, _ORGANISATION.c.id == _USER.c.organisation_id)
        .outerjoin(_STATUS, _STATUS.c.agent_id == _USER.c.id)
        .outerjoin(_SETTER, _SETTER.c.id == _STATUS.c.set_by)
        .outerjoin(_TEAM, _TEAM.c.id == _USER.c.team_id)
        .where(among(_USER.c.id))
        .order_by(_USER.c.name, _USER.c.id)
    )
)


def views(
    session: Session,
    agents: Sequence[str],
    now: int,
    silent_after: int,
    on_device: reachability.OnDevice = reachability.in_browser,
) -> list[AgentView]:
    """The agents in the order of their names, with their open calls, in a few statements."""
    session.flush()
    seen: dict[str, AgentView] = {}
    region = "VN"
    for *agent, of_organisation in _SEEN.ask(session, agents):
        region = of_organisation
        seen[agent[0]] = _agent_view(*agent)
    for call, connection, provider, heard_at, outcome, *whisper in calls.open_with_connection(
        session, agents
    ):
        silent_since = heard_at if heard_at is not None and now - heard_at >= silent_after else None
        if call.agent in seen:
            seen[call.agent]["calls"].append(
                call_view(call, connection, provider, region, outcome or "", silent_since, *whisper)
            )
    _add_reach(seen, reachability.of_agents(session, agents, now, silent_after, on_device))
    _add_wrap_ups(session, seen, region)
    return list(seen.values())


def _add_reach(seen: dict[str, AgentView], found: Mapping[str, Reach]) -> None:
    for agent, known in found.items():
        view = seen[agent]
        view["reachable"], view["unreachable"] = known.reachable, known.why or ""
        view["lines_down"] = list(known.lines_down)


def _add_wrap_ups(session: Session, seen: dict[str, AgentView], region: str) -> None:
    agents = [id for id, view in seen.items() if view["availability"] == Availability.wrap_up]
    for agent, until, more, call in wrap_ups.of_agents(session, agents) if agents else ():
        view = seen[agent]
        view["wrap_up_until"], view["wrap_up_extendable"] = until, more > 0
        view["wrapped_up"] = call_views(session, [call], region)[0] if call else None


def _agent_view(
    id: str,
    name: str,
    team_id: str | None,
    team: str | None,
    availability: str | None,
    reason: str | None,
    since: int | None,
    device: str | None,
    set_by: str | None,
    *limits: int | None,
) -> AgentView:
    return AgentView(
        id=id,
        name=name,
        team=team or "",
        team_id=team_id or "",
        availability=availability or "offline",
        reason=reason or "",
        since=since or 0,
        set_by=set_by or "",
        device=device or "browser",
        reachable=False,
        unreachable="",
        lines_down=[],
        wrap_up_until=None,
        wrap_up_extendable=False,
        wrapped_up=None,
        limits=alert_limits.own(*limits),
        calls=[],
    )
