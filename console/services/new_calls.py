"""The first row of a call: its name, its count of the day, and the conversation it belongs to."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from ..domain.call import Call
from ..domain.call_events import begin
from ..domain.conversation import WITHIN_MS, other_side
from ..domain.enums import CallState, Direction
from ..domain.events import CallEvent
from ..storage import calls, contacts
from ..storage.calls.calls_today import count_calls_today
from ..storage.ids import new_id
from .unit_of_work import UnitOfWork


def begin_call(unit: UnitOfWork, event: CallEvent) -> Call:
    id = new_id()
    call = named(unit.session, begin(event, id, id))
    other = _other_side(unit.session, event)
    if other is None:
        return counted(unit.session, call)
    call = replace(call, conversation=other.conversation)
    if other.outgoing == call.outgoing:
        return counted(unit.session, call)  # another leg of a ring group
    if other.direction is not Direction.internal:
        calls.save(unit.session, replace(other, direction=Direction.internal), other)
        unit.agent_changed(other.agent, history=other.state is CallState.ended)
    return replace(call, direction=Direction.internal)


def counted(session: Session, call: Call) -> Call:
    """The call with its number among the customer's calls of the day."""
    if call.direction is not Direction.inbound:
        return call
    count = count_calls_today(
        session, call.organisation, call.number, call.conversation, call.started_at
    )
    return replace(call, calls_today=count)


def named(session: Session, call: Call) -> Call:
    """The call with the customer's or colleague's name, where the reporter gave none."""
    if call.name or not call.number:
        return call
    if call.number.startswith("+"):
        return replace(call, name=contacts.label_of(session, call.organisation, call.number))
    return replace(call, name=calls.colleague(session, call.connection, call.number))


def _other_side(session: Session, event: CallEvent) -> Call | None:
    """The call of the other agent, when two agents of Console talk to each other."""
    shared = calls.sharing_external_id(session, event)
    if shared:
        return shared
    extensions = calls.extensions(session, event.connection, event.agent, event.number)
    facing = [agent for agent, extension in extensions.items() if extension == event.number]
    if not facing:
        return None
    agents = [event.agent, *facing]
    around = calls.around(session, event.connection, agents, event.at, WITHIN_MS)
    return other_side(event, around, extensions)
