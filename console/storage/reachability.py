"""The reachability of agents: their lines, the holder of the phone, and the line states."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import Row, Table, and_, select, update
from sqlalchemy.orm import Session

from ..domain.enums import Device
from ..domain.reachability import Line, LineState, Owner, Reach, reach
from . import models
from .statements import OneOrMany

# (provider, device) → whether calls of such a line ring on that device, not in the browser.
OnDevice = Callable[[str, Device], bool]


def in_browser(provider: str, device: Device) -> bool:
    return False


_USER, _STATUS, _LEASE, _CLIENT, _LINE, _CONNECTION, _STATE = (
    cast(Table, model.__table__)
    for model in (
        *(models.User, models.AgentStatus, models.Lease, models.Client, models.Line),
        *(models.Connection, models.LineState),
    )
)
_FACTS = OneOrMany(
    lambda among: (
        select(
            *(_USER.c.id, _STATUS.c.device, _LEASE.c.holder),
            *(_CLIENT.c.worker, _CLIENT.c.heard_at, _CLIENT.c.microphone, _CLIENT.c.registered),
            *(_CONNECTION.c.name, _CONNECTION.c.provider, _STATE.c.state),
        )
        .select_from(_USER)
        .outerjoin(_STATUS, _STATUS.c.agent_id == _USER.c.id)
        .outerjoin(_LEASE, _LEASE.c.agent_id == _USER.c.id)
        .outerjoin(_CLIENT, and_(_CLIENT.c.agent_id == _USER.c.id, _CLIENT.c.id == _LEASE.c.holder))
        .outerjoin(_LINE, _LINE.c.agent_id == _USER.c.id)
        .outerjoin(_CONNECTION, _CONNECTION.c.id == _LINE.c.connection_id)
        .outerjoin(
            _STATE,
            and_(
                _STATE.c.agent_id == _USER.c.id,
                _STATE.c.client_id == _LEASE.c.holder,
                _STATE.c.connection_id == _LINE.c.connection_id,
            ),
        )
        .where(among(_USER.c.id))
        .order_by(_USER.c.id, _LINE.c.id)
    )
)


def of_agents(
    session: Session, agents: Sequence[str], now: int, silent_after: int, on_device: OnDevice
) -> dict[str, Reach]:
    session.flush()
    rows = _FACTS.ask(session, agents)
    return {
        agent: _reach(list(found), now - silent_after, on_device)
        for agent, found in groupby(rows, attrgetter("id"))
    }


def _reach(rows: list[Row[Any]], silent_before: int, on_device: OnDevice) -> Reach:
    first = rows[0]
    reports = any(row.state for row in rows)
    lines = [_line(row, reports, on_device) for row in rows if row.provider]
    if first.holder is None or first.microphone is None:
        return reach(lines, None)
    heard = bool(first.worker) and first.heard_at > silent_before
    return reach(lines, Owner(heard, first.microphone))


def _line(row: Row[Any], reports: bool, on_device: OnDevice) -> Line:
    """`reports`: the client reports line states; an older page reports only a registration."""
    state = LineState(row.state) if row.state else LineState.starting
    if not row.registered and state is LineState.registered:
        state = LineState.starting
    if row.registered and not reports:
        state = LineState.registered
    return Line(row.name, state, on_device(row.provider, Device(row.device or Device.browser)))


def line_state(session: Session, agent: str, client: str, connection: str) -> LineState:
    row = session.get(models.LineState, (agent, client, connection))
    return LineState(row.state) if row else LineState.starting


def set_line_state(
    session: Session, agent: str, client: str, connection: str, state: LineState
) -> bool:
    """Stores a reported line state. False: it is known already, or the client is not."""
    reporter = session.get(models.Client, (agent, client))
    if reporter is None:
        return False
    row = session.get(models.LineState, (agent, client, connection))
    if row is None:
        key = {"agent_id": agent, "client_id": client, "connection_id": connection}
        session.add(models.LineState(**key, state=state))
    elif row.state == state:
        return False
    else:
        row.state = state
    session.flush()
    reporter.registered = _any_registered(session, agent, client)
    return True


def forget_failures(session: Session, agent: str) -> None:
    """Resets failed lines of an agent who goes offline: their phones stop trying."""
    state = models.LineState
    failed = state.state.in_([LineState.disconnected, LineState.refused])
    of_agent = update(state).where(state.agent_id == agent, failed)
    session.execute(of_agent.values(state=LineState.unregistered))


def _any_registered(session: Session, agent: str, client: str) -> bool:
    state = models.LineState
    of_client = (state.agent_id == agent, state.client_id == client)
    found = select(state.connection_id).where(*of_client, state.state == LineState.registered)
    return session.scalar(found.limit(1)) is not None
