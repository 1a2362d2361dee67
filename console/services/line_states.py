"""Line states that phones report, kept per client."""

from __future__ import annotations

from ..domain.events import CallEvent
from ..domain.reachability import LineState, line_state
from ..storage import models, reachability
from .unit_of_work import Record


def line_reported(record: Record, event: CallEvent) -> None:
    line = (event.agent, event.client or "", event.connection)
    before = reachability.line_state(record.session, *line)
    set_line_state(record, *line, line_state(before, event))


def set_line_state(
    record: Record, agent: str, client: str, connection: str, state: LineState
) -> None:
    row = record.session.get(models.Client, (agent, client))
    if row is None or not reachability.set_line_state(
        record.session, agent, client, connection, state
    ):
        return
    row.registered = reachability.any_registered(record.session, agent, client)
    record.agent_changed(agent)
