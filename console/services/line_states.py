"""Line states that phones report, kept per client."""

from __future__ import annotations

from ..domain.events import CallEvent
from ..domain.reachability import LineState, line_state
from ..storage import reachability
from .unit_of_work import UnitOfWork


def line_reported(unit: UnitOfWork, event: CallEvent) -> None:
    line = (event.agent, event.client or "", event.connection)
    before = reachability.line_state(unit.session, *line)
    set_line_state(unit, *line, line_state(before, event))


def set_line_state(
    unit: UnitOfWork, agent: str, client: str, connection: str, state: LineState
) -> None:
    if reachability.set_line_state(unit.session, agent, client, connection, state):
        unit.agent_changed(agent)
