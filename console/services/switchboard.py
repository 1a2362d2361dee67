"""The switchboard: the one door through which everything that happens comes in, and the only writer
of call state.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from ..domain.call import Call
from ..domain.call_events import apply, begin
from ..domain.contacts import names_nobody
from ..domain.conversation import WITHIN_MS, first_match, is_over_by, other_side
from ..domain.enums import Availability, CallState, Cause, Device, Direction, EndedBy, EventType
from ..domain.events import ABOUT_CALL, PHONE, BadEvent, CallEvent, parse_phone_event
from ..domain.missed_calls import is_caller_reached, may_change_missed_calls
from ..domain.numbers import remote_number
from ..domain.reachability import LINE_EVENTS
from ..domain.vocabulary import OPEN_STATES
from ..storage import (
    agents,
    calls,
    carriers,
    client_store,
    contacts,
    lease_epochs,
    unknown_events,
    wrap_ups,
)
from ..storage.batches import AWAY
from ..storage.ids import new_id
from ..storage.leases import Leases
from ..storage.lines import agent_has_line
from ..storage.missed_calls import agents_who_missed, count_calls_today
from .batching import Batcher, by_agent
from .line_states import line_reported
from .unit_of_work import UnitOfWork, UnitsOfWork

log = logging.getLogger(__name__)

Report = tuple[str, str, Callable[[UnitOfWork], None]]  # organisation, agent, and what takes it in


class Switchboard:
    def __init__(self, units: UnitsOfWork, leases: Leases) -> None:
        self.units = units
        self.leases = leases
        self._batcher = Batcher[Report, None](self._reports)

    def receive(self, event: CallEvent) -> None:
        """Takes in one event, whoever reports it. Twice is fine, late is fine."""
        self._batcher((event.organisation, event.agent, lambda unit: self.take(unit, event)))

    def phone_event(
        self,
        organisation: str,
        agent: str,
        client: str,
        n: int,
        epoch: int,
        message: Mapping[str, Any],
    ) -> None:
        """Event number n of a client's phone, kept once.

        Facts of an epoch that the client really held count for ever.
        """

        def report(unit: UnitOfWork) -> None:
            event = self._read(unit, organisation, agent, client, n, epoch, message)
            if event is not None:
                self.take(unit, event)

        def keep(unit: UnitOfWork) -> None:
            if self._is_new(unit, agent, client, n):
                _keep_unknown(unit, organisation, agent, None, message)

        for take in (
            report,
            report,
            keep,
        ):  # or its page would send it again for ever, and no later one
            try:
                return self._batcher((organisation, agent, take))
            except AWAY:
                raise
            except Exception:
                log.exception("event %s of client %s cannot be taken in", n, client)
        return None

    def _reports(self, reports: list[Report]) -> list[None]:
        for organisation, takes in by_agent(reports):
            with self.units.begin(organisation) as unit:
                for take in takes:
                    take(unit)
        return [None] * len(reports)

    def _read(
        self,
        unit: UnitOfWork,
        organisation: str,
        agent: str,
        client: str,
        n: int,
        epoch: int,
        message: Mapping[str, Any],
    ) -> CallEvent | None:
        session = unit.session
        if not self._is_new(unit, agent, client, n):
            return None
        if not lease_epochs.has_held(session, agent, client, epoch):
            log.warning("event %s of client %s: epoch %s was never its own", n, client, epoch)
            return None
        try:
            event = parse_phone_event(
                message,
                organisation=organisation,
                agent=agent,
                client=client,
                epoch=epoch,
                now=unit.now,
            )
        except BadEvent as error:
            log.warning("event %s of client %s kept as unknown: %s", n, client, error)
            _keep_unknown(unit, organisation, agent, None, message)
            return None
        if not agent_has_line(session, event.connection, agent):
            log.warning("event %s of client %s names a connection that is not its own", n, client)
            return None
        return replace(event, number=remote_number(event.number, agents.region_of(session, agent)))

    def _is_new(self, unit: UnitOfWork, agent: str, client: str, n: int) -> bool:
        """Counts event number n of a client as heard, once."""
        return client_store.count_event(unit.session, agent, client, n)

    def phone_data(self, organisation: str, agent: str, client: str, n: int) -> None:
        """Data of a phone is numbered like its events, so its number counts as heard."""
        with self.units.begin(organisation) as unit:
            client_store.count_event(unit.session, agent, client, n)

    def take(self, unit: UnitOfWork, event: CallEvent) -> None:
        """The same inside a transaction that is already open."""
        if event.type in ABOUT_CALL:
            self._call(unit, event)
        elif event.type in LINE_EVENTS:
            line_reported(unit, event)
        elif event.type in _ABOUT_AGENT and _newest(self.leases, unit, event):
            _ABOUT_AGENT[event.type](self, unit, event)
        elif event.type is EventType.unknown:
            _keep_unknown(unit, event.organisation, event.agent, event.connection, event.raw)

    def _call(self, unit: UnitOfWork, event: CallEvent) -> None:
        session = unit.session
        if event.name and names_nobody(event.name, event.number):
            event = replace(event, name="")
        named = calls.by_external_id(session, event)
        before = next(iter(named.values()), None) or self._correlated(session, event)
        if before is None and event.call == "" and not event.external:
            return
        if (
            before is not None
            and event.epoch
            and event.epoch < before.epoch
            and before.carrier != event.client
        ):
            return  # the call was moved: an old epoch says nothing about it any more
        after = apply(before, event) if before else self._begun(unit, event)
        if before and after.number != before.number:
            after = self._counted(session, _named(session, after))
        if after is not before:
            calls.save(session, after, before)
        calls.bind(session, event, after, known=named)
        if after is before:
            return
        ended = after.state is CallState.ended and (
            before is None or before.state is not CallState.ended
        )
        if ended:
            self._ended(unit, after)
        elif before and before.ended_at is not None and after.ended_at is None:
            self.undo_end(unit, before)
        unit.agent_changed(
            after.agent,
            history=after.state is CallState.ended
            or (before is not None and before.state is CallState.ended),
            missed=may_change_missed_calls(before, after),
        )
        if is_caller_reached(before, after):
            for agent in agents_who_missed(session, after):
                unit.agent_changed(agent, history=True, missed=False)

    def _begun(self, unit: UnitOfWork, event: CallEvent) -> Call:
        id = new_id()
        call = _named(unit.session, begin(event, id, id))
        other = self._other_side(unit.session, event)
        if other is None:
            return self._counted(unit.session, call)
        call = replace(call, conversation=other.conversation)
        if other.outgoing == call.outgoing:
            return self._counted(unit.session, call)  # another leg of a ring group
        if other.direction is not Direction.internal:
            calls.save(unit.session, replace(other, direction=Direction.internal), other)
            unit.agent_changed(other.agent, history=other.state is CallState.ended)
        return replace(call, direction=Direction.internal)

    def _counted(self, session: Session, call: Call) -> Call:
        """A customer's call knows which one of the day it is."""
        if call.direction is not Direction.inbound:
            return call
        return replace(
            call,
            calls_today=count_calls_today(
                session, call.organisation, call.number, call.conversation, call.started_at
            ),
        )

    def _other_side(self, session: Session, event: CallEvent) -> Call | None:
        """The row of our other agent, where two of our agents talk to each other."""
        shared = calls.sharing_external_id(session, event)
        if shared:
            return shared
        extensions = calls.extensions(session, event.connection, event.agent, event.number)
        facing = [agent for agent, extension in extensions.items() if extension == event.number]
        if not facing:
            return None
        return other_side(
            event,
            calls.around(session, event.connection, [event.agent, *facing], event.at, WITHIN_MS),
            extensions,
        )

    def _correlated(self, session: Session, event: CallEvent) -> Call | None:
        """A call that another reporter knows under another id: the phone's own id is always new, so
        only others ask.
        """
        if event.source == PHONE:
            return None
        return first_match(
            event, calls.around(session, event.connection, [event.agent], event.at, WITHIN_MS)
        )

    def _ended(self, unit: UnitOfWork, call: Call) -> None:
        self._end_silent_siblings(unit, call)
        on_another_line = call.answered_at and calls.open_of_agents(unit.session, [call.agent])
        if (
            call.answered_at
            and not on_another_line
            and wrap_ups.follows_a_call(unit.session, call.agent)
        ):
            self._wrap_up(unit, call)

    def _wrap_up(self, unit: UnitOfWork, call: Call) -> None:
        status = agents.status_of(unit.session, call.agent)
        status.availability, status.reason = Availability.wrap_up, ""
        status.since, status.wrap_up_call = unit.now, call.id
        unit.agent_changed(call.agent)

    def undo_end(self, unit: UnitOfWork, call: Call) -> None:
        """A call that was ended too early is back: wrap-up that its end began is over."""
        status = agents.status_of(unit.session, call.agent)
        if (status.availability, status.wrap_up_call) == (Availability.wrap_up, call.id):
            self.change_availability(unit, call.agent, Availability.available)

    def _end_silent_siblings(self, unit: UnitOfWork, call: Call) -> None:
        """The far phone says that it is over: a row of ours whose browser is silent does not stay
        open.
        """
        for sibling in calls.of_conversation(unit.session, call.conversation):
            if is_over_by(sibling, call) and self._is_silent(unit, sibling):
                self.end_by_system(unit, sibling)

    def _is_silent(self, unit: UnitOfWork, call: Call) -> bool:
        silence = carriers.silence(unit.session, self.leases.clock, call)
        return silence >= self.units.silent_after

    def end_by_system(self, unit: UnitOfWork, call: Call) -> None:
        """Ends a call of which no news comes.

        A true end, or a proof of life after it, corrects the row later.
        """
        self._end(unit, call, EndedBy.system, Cause.failed)

    def end_by_agent(self, unit: UnitOfWork, call: Call) -> None:
        """The agent has ended a call whose browser does not answer: what it hears later ends it
        there too.
        """
        self._end(unit, call, EndedBy.agent)

    def _end(self, unit: UnitOfWork, call: Call, by: EndedBy, cause: Cause | None = None) -> None:
        event = CallEvent(
            type=EventType.ended, at=unit.now, organisation=call.organisation, connection=call.connection, agent=call.agent,
            call=call.client_call_id, cause=cause, ended_by=by, epoch=call.epoch,
        )  # fmt: skip
        self.take(unit, event)

    def change_availability(
        self, unit: UnitOfWork, agent: str, availability: Availability, reason: str = ""
    ) -> None:
        status = agents.status_of(unit.session, agent)
        if (status.availability, status.reason) != (availability, reason):
            status.availability, status.reason, status.since = availability, reason, unit.now
            status.wrap_up_call = None
            unit.agent_changed(agent)

    def availability_changed(self, unit: UnitOfWork, event: CallEvent) -> None:
        """The phone system has done it, not the agent: a choice of hers that is newer stands."""
        chosen, reason = str(event.raw.get("availability")), str(event.raw.get("reason", ""))[:100]
        status = agents.status_of(unit.session, event.agent)
        if event.at >= status.since and status.availability == _REPORTED.get(chosen):
            self.change_availability(unit, event.agent, Availability(chosen), reason)

    def device_changed(self, unit: UnitOfWork, event: CallEvent) -> None:
        device, number = str(event.raw.get("device", "")), str(event.raw.get("number", ""))[:32]
        status = agents.status_of(unit.session, event.agent)
        if device in Device.__members__ and (status.device, status.device_number) != (
            device,
            number,
        ):
            status.device, status.device_number = device, number
            unit.agent_changed(event.agent)

    def name_calls(
        self,
        unit: UnitOfWork,
        organisation: str,
        names: Mapping[str, tuple[str, str]],
        *,
        by_hand: bool = False,
    ) -> None:
        """Contacts are called otherwise now: number → (before, now).

        `by_hand`: whoever is on such a call sees it even if it had a name.
        """
        even = list(OPEN_STATES) if by_hand else []
        for agent, history in contacts.name_calls(
            unit.session, organisation, names, even=even
        ).items():
            unit.agent_changed(agent, history=history)

    def write_note(self, unit: UnitOfWork, agent: str, call: str, text: str) -> bool:
        """Keeps the agent's note of her own call, named by its id or its key.

        False: she has no such call.
        """
        found = calls.of_agent(unit.session, agent, call)
        if found is None:
            return False
        if found.note != text or found.note_at is None:
            calls.save(unit.session, replace(found, note=text, note_at=unit.now), found)
            unit.agent_changed(agent, history=found.state is CallState.ended, missed=False)
        return True


# What a phone system may make of which choice: an agent who finishes up, or has gone, stays as she
# is.
_REPORTED: Mapping[str, Availability] = {
    Availability.away: Availability.available,
    Availability.available: Availability.away,
}
_ABOUT_AGENT = {
    EventType.availability_changed: Switchboard.availability_changed,
    EventType.device_changed: Switchboard.device_changed,
}


def _newest(leases: Leases, unit: UnitOfWork, event: CallEvent) -> bool:
    """Whoever held the phone once says nothing about where it is now."""
    return leases.current(unit.session, event.agent).epoch == event.epoch


def _named(session: Session, call: Call) -> Call:
    """Where the reporter gave no name: the customer's or the colleague's, whose number it is."""
    if call.name or not call.number:
        return call
    if call.number.startswith("+"):
        return replace(call, name=contacts.label_of(session, call.organisation, call.number))
    return replace(call, name=calls.colleague(session, call.connection, call.number))


def _keep_unknown(
    unit: UnitOfWork,
    organisation: str,
    agent: str | None,
    connection: str | None,
    raw: Mapping[str, Any],
) -> None:
    if not unknown_events.keep(unit.session, unit.now, organisation, agent, connection, raw):
        log.warning("too many unknown events of agent %s: one is dropped", agent)
