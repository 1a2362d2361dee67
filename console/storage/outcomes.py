"""The outcomes that an agent may choose, and the names of those that calls have."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple, TypedDict, cast

from sqlalchemy import Table, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from . import models
from .statements import OneOrMany

_USER, _TEAM, _ORGANISATION, _OUTCOME, _CALL = (
    cast(Table, model.__table__)
    for model in (models.User, models.Team, models.Organisation, models.Outcome, models.Call)
)


class Choice(TypedDict):
    id: str
    name: str


class OfferedView(TypedDict):
    """The outcomes that an agent may choose, in their order.

    `required`: a call with a customer needs one.
    """

    required: bool
    choices: list[Choice]


_OFFERED = OneOrMany(
    lambda among: (
        select(
            _USER.c.id,
            func.coalesce(_TEAM.c.outcome_required, _ORGANISATION.c.outcome_required),
            _OUTCOME.c.id,
            _OUTCOME.c.name,
            _OUTCOME.c.team_id,
        )
        .select_from(
            _USER.join(_ORGANISATION, _ORGANISATION.c.id == _USER.c.organisation_id)
            .outerjoin(_TEAM, _TEAM.c.id == _USER.c.team_id)
            .outerjoin(
                _OUTCOME,
                and_(
                    _OUTCOME.c.organisation_id == _USER.c.organisation_id,
                    _OUTCOME.c.retired.is_(False),
                    or_(_OUTCOME.c.team_id.is_(None), _OUTCOME.c.team_id == _USER.c.team_id),
                ),
            )
        )
        .where(among(_USER.c.id))
        .order_by(_OUTCOME.c.position, _OUTCOME.c.id)
    )
)


def offered(session: Session, agents: Collection[str]) -> dict[str, OfferedView]:
    """agent → their list: the team's own where it has one, else the organisation's.

    Nothing is required where there is nothing to choose.
    """
    lists: dict[str, dict[bool, list[Choice]]] = {}
    required: dict[str, bool] = {}
    for agent, is_required, outcome, name, team in _OFFERED.ask(session, agents) if agents else ():
        required[agent] = bool(is_required)
        of_agent = lists.setdefault(agent, {True: [], False: []})
        if outcome:
            of_agent[team is not None].append(Choice(id=outcome, name=name))
    return {
        agent: OfferedView(
            required=required[agent] and bool(lists[agent][True] or lists[agent][False]),
            choices=lists[agent][True] or lists[agent][False],
        )
        for agent in lists
    }


def is_offered(session: Session, agent: str, outcome: str) -> bool:
    choices = offered(session, [agent])[agent]["choices"]
    return any(choice["id"] == outcome for choice in choices)


_NAMES = OneOrMany(lambda among: select(_OUTCOME.c.id, _OUTCOME.c.name).where(among(_OUTCOME.c.id)))


def names(session: Session, outcomes: Collection[str]) -> dict[str, str]:
    """Outcome id → name, of retired ones too."""
    return {id: name for id, name in _NAMES.ask(session, outcomes)} if outcomes else {}


class KnownOutcome(NamedTuple):
    """An outcome that calls may have. `team`: the name of the team whose own it is."""

    id: str
    name: str
    team: str
    retired: bool


def known(session: Session, organisation: str, agents: Collection[str]) -> list[KnownOutcome]:
    """The outcomes that these agents may choose or have chosen, retired ones last."""
    teams = select(_USER.c.team_id).where(_USER.c.id.in_(list(agents)))
    chosen = exists().where(_CALL.c.outcome_id == _OUTCOME.c.id, _CALL.c.agent_id.in_(list(agents)))
    in_list = or_(_OUTCOME.c.team_id.is_(None), _OUTCOME.c.team_id.in_(teams))
    found = session.execute(
        select(_OUTCOME.c.id, _OUTCOME.c.name, _TEAM.c.name, _OUTCOME.c.retired)
        .select_from(_OUTCOME.outerjoin(_TEAM, _TEAM.c.id == _OUTCOME.c.team_id))
        .where(
            _OUTCOME.c.organisation_id == organisation,
            or_(and_(_OUTCOME.c.retired.is_(False), in_list), chosen),
        )
        .order_by(
            *(_OUTCOME.c.retired, _OUTCOME.c.team_id.is_not(None), _TEAM.c.name),
            *(_OUTCOME.c.position, _OUTCOME.c.id),
        )
    )
    return [KnownOutcome(id, name, team or "", retired) for id, name, team, retired in found]
