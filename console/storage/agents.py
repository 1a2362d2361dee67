"""Agents as the pages see them: status, open calls, and what both look like to a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from ..domain.call import Call
from ..domain.enums import Availability
from ..domain.numbers import shown
from ..domain.reachability import Reach
from . import calls, models, reachability, wrap_ups
from .statements import OneOrMany

# Plain rows, and statements that are built once: these run with every event.
_USER, _STATUS, _TEAM, _ORGANISATION, _CONNECTION = (
    cast(Table, model.__table__)
    for model in (
        models.User,
        models.AgentStatus,
        models.Team,
        models.Organisation,
        models.Connection,
    )
)
_CONNECTION_NAMES = OneOrMany(
    lambda among: select(_CONNECTION.c.id, _CONNECTION.c.name, _CONNECTION.c.provider).where(
        among(_CONNECTION.c.id)
    )
)


class QualityView(TypedDict):
    """How the call sounds, or sounded as a whole.

    `cause`: whose part of the way it is, where it is not good.
    """

    level: str
    cause: str
    mos: float


class CallView(TypedDict):
    """A call as templates and other programs get it: plain JSON, times in ms UTC."""

    id: str
    client_call_id: str
    outgoing: bool
    conversation: str
    agent: str
    direction: str
    number: str
    shown: str
    name: str
    hotline: str
    connection: str
    provider: str
    line: int
    consults: str
    state: str
    started: int
    answered: int | None
    ended: int | None
    held_since: int | None
    held_by: str | None
    hold_seconds: int
    muted: bool
    missed: bool
    ended_by: str | None
    cause: str | None
    sip_code: int | None
    provider_code: str | None
    note: str
    note_at: int | None
    silent_since: int | None
    calls_today: int
    quality: QualityView | None


class AgentView(TypedDict):
    """An agent as templates and the journal carry it.

    `reachable`: a call reaches the agent now; `unreachable`: why not, else empty; `lines_down`: the
    connections whose calls do not reach them although others do. `wrapped_up`: the call that
    wrap-up follows, until `wrap_up_until`.
    """

    id: str
    name: str
    team: str
    team_id: str
    availability: str
    reason: str
    since: int
    device: str
    reachable: bool
    unreachable: str
    lines_down: list[str]
    wrap_up_until: int | None
    wrapped_up: CallView | None
    calls: list[CallView]


def call_view(
    call: Call, connection: str, provider: str, region: str, silent_since: int | None = None
) -> CallView:
    return CallView(
        id=call.id, client_call_id=call.client_call_id, conversation=call.conversation, agent=call.agent, direction=call.direction, outgoing=call.outgoing,
        number=call.number, shown=shown(call.number, region), name=call.name, hotline=call.hotline,
        connection=connection, provider=provider, line=call.line,
        consults=call.consults, state=call.state, started=call.started_at, answered=call.answered_at, ended=call.ended_at,
        held_since=call.held_since, held_by=call.held_by, hold_seconds=call.hold_seconds,
        muted=call.muted, missed=call.missed, ended_by=call.ended_by, cause=call.outcome, sip_code=call.sip_code,
        provider_code=call.provider_code, note=call.note, note_at=call.note_at, silent_since=silent_since, calls_today=call.calls_today,
        quality=_quality(call),
    )  # fmt: skip


def _quality(call: Call) -> QualityView | None:
    told = call.quality
    return (
        QualityView(level=told.level.value, cause=told.cause.value, mos=told.mos) if told else None
    )


def call_views(session: Session, found: Sequence[Call], region: str) -> list[CallView]:
    wanted = {call.connection for call in found}
    named = (
        {id: (name, provider) for id, name, provider in _CONNECTION_NAMES.ask(session, wanted)}
        if wanted
        else {}
    )
    return [call_view(call, *named.get(call.connection, ("", "")), region) for call in found]


_SEEN = OneOrMany(
    lambda among: select(
        *(_USER.c.id, _USER.c.name, _USER.c.team_id, _TEAM.c.name),
        *(_STATUS.c.availability, _STATUS.c.reason, _STATUS.c.since, _STATUS.c.device, _ORGANISATION.c.region),
    )
    .join_from(_USER, _ORGANISATION, _ORGANISATION.c.id == _USER.c.organisation_id)
    .outerjoin(_STATUS, _STATUS.c.agent_id == _USER.c.id)
    .outerjoin(_TEAM, _TEAM.c.id == _USER.c.team_id)
    .where(among(_USER.c.id))
    .order_by(_USER.c.name, _USER.c.id)
)  # fmt: skip


def views(
    session: Session,
    agents: Sequence[str],
    now: int,
    silent_after: int,
    on_device: reachability.OnDevice = reachability.in_browser,
) -> list[AgentView]:
    """The agents in the order of their names, with their open calls.

    A few statements, however many there are.
    """
    seen: dict[str, AgentView] = {}
    region = "VN"
    for *agent, of_organisation in _SEEN.ask(session, agents):
        region = of_organisation
        seen[agent[0]] = _agent_view(*agent)
    for call, connection, provider, heard_at in calls.open_with_connection(session, agents):
        silent_since = heard_at if heard_at is not None and now - heard_at >= silent_after else None
        if call.agent in seen:
            seen[call.agent]["calls"].append(
                call_view(call, connection, provider, region, silent_since)
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
    for agent, until, call in wrap_ups.of_agents(session, agents) if agents else ():
        view = seen[agent]
        view["wrap_up_until"] = until
        view["wrapped_up"] = call_views(session, [call], region)[0] if call else None


def _agent_view(
    id: str, name: str, team_id: str | None, team: str | None, availability: str | None, reason: str | None, since: int | None,
    device: str | None,
) -> AgentView:  # fmt: skip
    return AgentView(
        id=id, name=name, team=team or "", team_id=team_id or "", availability=availability or "offline", reason=reason or "",
        since=since or 0, device=device or "browser", reachable=False, unreachable="", lines_down=[],
        wrap_up_until=None, wrapped_up=None, calls=[],
    )  # fmt: skip


def status_of(session: Session, agent: str) -> models.AgentStatus:
    row = session.get(models.AgentStatus, agent)
    if row is None:
        row = models.AgentStatus(
            agent_id=agent,
            availability="offline",
            reason="",
            since=0,
            device="browser",
            device_number="",
        )
        session.add(row)
    return row


def of_teams(session: Session, organisation: str, teams: Sequence[str]) -> list[str]:
    """Ids of the agents in these teams.

    The organisation is part of the question, whatever the teams say.
    """
    user = models.User
    return list(
        session.scalars(
            select(user.id).where(
                user.organisation_id == organisation,
                user.team_id.in_(list(teams)),
                user.role == "agent",
                user.disabled.is_(False),
            )
        )
    )


def teams_seen_by(session: Session, user: models.User) -> list[str]:
    """A supervisor sees the teams given to her, an administrator all teams of the organisation, an
    agent none.
    """
    if user.role == "admin":
        return list(
            session.scalars(
                select(models.Team.id).where(models.Team.organisation_id == user.organisation_id)
            )
        )
    if user.role != "supervisor":
        return []
    query = select(models.Supervision.team_id).join(
        models.Team, models.Team.id == models.Supervision.team_id
    )
    return list(
        session.scalars(
            query.where(
                models.Supervision.user_id == user.id,
                models.Team.organisation_id == user.organisation_id,
            )
        )
    )


def team_names(session: Session, teams: Sequence[str]) -> dict[str, str]:
    """team id → name, in the order of the names."""
    rows = session.execute(
        select(_TEAM.c.id, _TEAM.c.name).where(_TEAM.c.id.in_(list(teams))).order_by(_TEAM.c.name)
    )
    return {id: name for id, name in rows}


def connections_of(session: Session, agents: Sequence[str]) -> list[str]:
    """The names of the connections on which these agents have a line."""
    of_agents = select(models.Line.connection_id).where(models.Line.agent_id.in_(list(agents)))
    return list(
        session.scalars(
            select(_CONNECTION.c.name)
            .where(_CONNECTION.c.id.in_(of_agents))
            .order_by(_CONNECTION.c.name)
        )
    )


def recent(session: Session, agent: str, region: str, limit: int = 20) -> list[CallView]:
    """The agent's last calls that are over, newest first."""
    return call_views(session, calls.ended_of_agent(session, agent, limit), region)


_REGION = (
    select(_ORGANISATION.c.region)
    .join(_USER, _USER.c.organisation_id == _ORGANISATION.c.id)
    .where(_USER.c.id == bindparam("user"))
)


def region_of(session: Session, user: str) -> str:
    """The country whose way of writing numbers this user's organisation follows."""
    return session.scalar(_REGION, {"user": user}) or "VN"


def names(session: Session, agents: Sequence[str]) -> dict[str, str]:
    """agent id → name, in the order of the names."""
    rows = session.execute(
        select(models.User.id, models.User.name)
        .where(models.User.id.in_(list(agents)))
        .order_by(models.User.name)
    )
    return {id: name for id, name in rows}
