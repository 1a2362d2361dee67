"""Availability and device of an agent: chosen by the agent, or reported by a phone system."""

from __future__ import annotations

from collections.abc import Mapping

from ..domain.call import Call
from ..domain.enums import Availability, Device
from ..domain.events import CallEvent
from ..storage import agents, days, models, wrap_ups
from .unit_of_work import UnitOfWork

LONGEST_REASON, _LONGEST_NUMBER = 100, 32
# A phone system may only swap these two: agents in wrap-up or offline keep their own choice.
_REPORTED_FROM: Mapping[str, Availability] = {
    Availability.away: Availability.available,
    Availability.available: Availability.away,
}


def change_availability(
    unit: UnitOfWork,
    agent: str,
    availability: Availability,
    reason: str = "",
    by: str | None = None,
) -> None:
    """`by`: the supervisor who sets it; the agent sees their name until they choose themselves."""
    status = agents.status_of(unit.session, agent)
    if (status.availability, status.reason) != (availability, reason):
        _set(unit, status, availability, reason, by)
        status.wrap_up_call, status.wrap_up_extra = None, 0
    elif status.set_by and by is None:
        status.set_by = None  # the agent has seen it
        unit.agent_changed(agent)


def _set(
    unit: UnitOfWork,
    status: models.AgentStatus,
    availability: Availability,
    reason: str = "",
    by: str | None = None,
) -> None:
    status.availability, status.reason, status.since = availability, reason, unit.now
    status.set_by = by
    days.keep_change(unit.session, unit.organisation, status, by)
    unit.agent_changed(status.agent_id)


def availability_reported(unit: UnitOfWork, event: CallEvent) -> None:
    """Takes in the phone system's change, unless the agent has chosen something since."""
    reported = str(event.raw.get("availability"))
    reason = str(event.raw.get("reason", ""))[:LONGEST_REASON]
    status = agents.status_of(unit.session, event.agent)
    if event.at >= status.since and status.availability == _REPORTED_FROM.get(reported):
        change_availability(unit, event.agent, Availability(reported), reason)


def device_reported(unit: UnitOfWork, event: CallEvent) -> None:
    device = str(event.raw.get("device", ""))
    number = str(event.raw.get("number", ""))[:_LONGEST_NUMBER]
    status = agents.status_of(unit.session, event.agent)
    changed = (status.device, status.device_number) != (device, number)
    if device in Device.__members__ and changed:
        status.device, status.device_number = device, number
        unit.agent_changed(event.agent)


def begin_wrap_up(unit: UnitOfWork, call: Call) -> None:
    status = agents.status_of(unit.session, call.agent)
    _set(unit, status, Availability.wrap_up)
    status.wrap_up_call, status.wrap_up_extra = call.id, 0


def extend_wrap_up(unit: UnitOfWork, agent: str, until: int) -> bool:
    """Adds its time once more to the wrap-up that ends at `until`; returns False at the limit.

    A request that names another end is late or repeated, and changes nothing.
    """
    current = next(iter(wrap_ups.of_agents(unit.session, [agent])), None)
    if current is None or current.until != until:
        return True
    if current.more:
        agents.status_of(unit.session, agent).wrap_up_extra += current.more
        unit.agent_changed(agent)
    return current.more > 0


def undo_wrap_up(unit: UnitOfWork, call: Call) -> None:
    """Ends the wrap-up that began with the end of this call."""
    status = agents.status_of(unit.session, call.agent)
    if (status.availability, status.wrap_up_call) == (Availability.wrap_up, call.id):
        change_availability(unit, call.agent, Availability.available)
