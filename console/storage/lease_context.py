"""The context of a lease, read from the database: the agent's clients and the holder's calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, func, select, union_all
from sqlalchemy.orm import Session

from ..domain.enums import CallState
from ..domain.lease_model import ClientView, LeaseContext, LeaseTimings, LeaseView, OnCall
from ..domain.vocabulary import NO_MICROPHONE, OPEN_STATES
from .client_store import LIVING
from .clock import Clock
from .models import Call, Client, LeaseEpoch, SignInSession, User

RECENT_EPOCHS = 16  # more grants than one agent's clients can leave unanswered in a row
# Plain rows and statements that are built once: they run with every ping, pong and hello.
_CLIENT, _EPOCH, _CALL, _USER = (
    cast(Table, model.__table__) for model in (Client, LeaseEpoch, Call, User)
)
_GRANTS = (
    select(_EPOCH.c.client_id, func.max(_EPOCH.c.granted_at))
    .where(_EPOCH.c.agent_id == bindparam("agent"), _EPOCH.c.epoch > bindparam("before"))
    .group_by(_EPOCH.c.client_id)
)
SIGNED_IN = (
    select(SignInSession.id)
    .where(SignInSession.id == _CLIENT.c.session_id)
    .correlate(_CLIENT)
    .exists()
)
# The connected clients and the named ones: each half uses its own index.
_OF_AGENT = select(_CLIENT, SIGNED_IN.label("signed_in")).where(
    _CLIENT.c.agent_id == bindparam("agent")
)
_CLIENTS = union_all(
    _OF_AGENT.where(LIVING),
    _OF_AGENT.where(_CLIENT.c.id.in_(bindparam("named", expanding=True)), ~LIVING),
)
_CONNECTED = select(_CLIENT.c.agent_id).where(
    _CLIENT.c.agent_id.in_(bindparam("agents", expanding=True)), LIVING
)
_ORGANISATION_OF_AGENT = (
    select(_USER.c.organisation_id).where(_USER.c.id == bindparam("agent")).scalar_subquery()
)
_CARRIED = select(_CALL.c.state).where(
    _CALL.c.organisation_id == _ORGANISATION_OF_AGENT,
    _CALL.c.state.in_(OPEN_STATES),
    _CALL.c.agent_id == bindparam("agent"),
    _CALL.c.carrier == bindparam("holder"),
)


def read_context(
    session: Session,
    clock: Clock,
    timings: LeaseTimings,
    agent: str,
    lease: LeaseView,
    about: str | None = None,
) -> LeaseContext:
    """`about`: the client about which the rule decides, connected or not."""
    now = clock.read(session)
    recent = {"agent": agent, "before": lease.epoch - RECENT_EPOCHS}
    granted = dict(session.execute(_GRANTS, recent).all())
    named = {lease.holder, lease.asked_by, about} - {None}
    found = session.execute(_CLIENTS, {"agent": agent, "named": list(named)})
    clients = tuple(_client_view(row, granted.get(row.id, 0)) for row in found)
    on_call = _on_call(session, agent, lease.holder)
    return LeaseContext(now, clients, on_call, clock.grace_until, timings)


def agents_with_several_clients(session: Session, holders: Mapping[str, str]) -> list[str]:
    connected = Counter(session.scalars(_CONNECTED, {"agents": list(holders)}))
    return [agent for agent in holders if connected[agent] > 1]


def _on_call(session: Session, agent: str, holder: str | None) -> OnCall:
    if holder is None:
        return OnCall.NO
    states = set(session.scalars(_CARRIED, {"agent": agent, "holder": holder}))
    if states - {CallState.ringing}:
        return OnCall.TALKING
    return OnCall.RINGING if states else OnCall.NO


def _client_view(row: Row[Any], granted_at: int) -> ClientView:
    return ClientView(
        row.id,
        row.browser,
        row.view,
        connected=bool(row.worker),
        visible=row.visible,
        audible=row.audible,
        able=row.microphone not in NO_MICROPHONE,
        used_at=row.used_at,
        heard_at=row.heard_at,
        granted_at=granted_at,
        signed_in=bool(row.signed_in),
    )
