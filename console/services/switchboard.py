"""The switchboard: every event comes in here, and nothing else writes the state of calls."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from ..domain.call import Call
from ..domain.call_events import apply
from ..domain.contacts import names_nobody
from ..domain.conversation import WITHIN_MS, first_match, is_over_by
from ..domain.enums import CallState, Cause, EndedBy, EventType
from ..domain.events import ABOUT_CALL, PHONE, CallEvent
from ..domain.reachability import LINE_EVENTS
from ..storage import calls, carriers, client_store, wrap_ups
from ..storage.batches import AWAY
from ..storage.clock import Clock
from ..storage.leases import Leases
from .agent_status import availability_reported, begin_wrap_up, device_reported, undo_wrap_up
from .batching import Batcher, by_agent
from .callbacks import change_callback
from .line_states import line_reported
from .new_calls import begin_call, counted, named
from .phone_events import PhoneMessage, count_event, keep_unknown, read_phone_event
from .unit_of_work import UnitOfWork, UnitsOfWork

log = logging.getLogger(__name__)

# The organisation, the agent, and the function that takes the report in.
Report = tuple[str, str, Callable[[UnitOfWork], None]]


class Switchboard:
    """`silent_after`: ms without news after which a call's carrier counts as silent."""

    def __init__(self, units: UnitsOfWork, leases: Leases, clock: Clock, silent_after: int) -> None:
        self._units = units
        self._leases = leases
        self._clock = clock
        self._silent_after = silent_after
        self._batcher = Batcher[Report, None](self._take_reports)

    def receive(self, event: CallEvent) -> None:
        """Takes in one event of any reporter. A repeated or late event changes nothing."""
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
        """Takes in event number n of a client's phone, once.

        It counts, however late, if the client held the epoch. An event that fails twice is kept as
        unknown; otherwise the page would repeat it for ever and send nothing else.
        """
        given = PhoneMessage(organisation, agent, client, n, epoch, message)

        def report(unit: UnitOfWork) -> None:
            event = read_phone_event(unit, given)
            if event is not None:
                self.take(unit, event)

        def keep(unit: UnitOfWork) -> None:
            if count_event(unit, given):
                keep_unknown(unit, organisation, agent, None, message)

        for take in (report, report, keep):
            try:
                return self._batcher((organisation, agent, take))
            except AWAY:
                raise
            except Exception:
                log.exception("%s cannot be taken in", given)
        return None

    def _take_reports(self, reports: list[Report]) -> list[None]:
        for organisation, takes in by_agent(reports):
            with self._units.begin(organisation) as unit:
                for take in takes:
                    take(unit)
        return [None] * len(reports)

    def phone_data(self, organisation: str, agent: str, client: str, n: int) -> None:
        """Counts a phone's data as received: it is numbered like the phone's events."""
        with self._units.begin(organisation) as unit:
            client_store.count_event(unit.session, agent, client, n)

    def take(self, unit: UnitOfWork, event: CallEvent) -> None:
        """Takes in one event inside an open transaction."""
        if event.type in ABOUT_CALL:
            self._take_call_event(unit, event)
        elif event.type in LINE_EVENTS:
            line_reported(unit, event)
        elif event.type in _ABOUT_AGENT and self._is_of_current_epoch(unit, event):
            _ABOUT_AGENT[event.type](unit, event)
        elif event.type is EventType.unknown:
            keep_unknown(unit, event.organisation, event.agent, event.connection, event.raw)

    def _is_of_current_epoch(self, unit: UnitOfWork, event: CallEvent) -> bool:
        """Reports of a former holder do not change the agent's present state."""
        return self._leases.current(unit.session, event.agent).epoch == event.epoch

    def _take_call_event(self, unit: UnitOfWork, event: CallEvent) -> None:
        session = unit.session
        if event.name and names_nobody(event.name, event.number):
            event = replace(event, name="")
        known = calls.by_external_id(session, event)
        before = next(iter(known.values()), None) or self._correlated(session, event)
        if before is None and event.call == "" and not event.external:
            return
        if before is not None and _was_moved(before, event):
            return
        after = _applied(before, event, unit.now) if before else begin_call(unit, event)
        if before and after.number != before.number:
            after = counted(session, named(session, after))
        if after is not before:
            calls.save(session, after, before)
        calls.bind(session, event, after, known=known)
        if after is not before:
            self._changed(unit, before, after)

    def _correlated(self, session: Session, event: CallEvent) -> Call | None:
        """A call that another reporter knows under another id.

        The phone's own id is always new, so only other reporters ask.
        """
        if event.source == PHONE:
            return None
        around = calls.around(session, event.connection, [event.agent], event.at, WITHIN_MS)
        return first_match(event, around)

    def _changed(self, unit: UnitOfWork, before: Call | None, after: Call) -> None:
        had_ended = before is not None and before.state is CallState.ended
        has_ended = after.state is CallState.ended
        if has_ended and not had_ended:
            self._ended(unit, after)
        elif before and before.ended_at is not None and after.ended_at is None:
            undo_wrap_up(unit, before)
        unit.agent_changed(after.agent, history=has_ended or had_ended)
        change_callback(unit, before, after)

    def _ended(self, unit: UnitOfWork, call: Call) -> None:
        self._end_silent_siblings(unit, call)
        if not call.answered_at or calls.open_of_agents(unit.session, [call.agent]):
            return
        if wrap_ups.follows_a_call(unit.session, call.agent):
            begin_wrap_up(unit, call)

    def _end_silent_siblings(self, unit: UnitOfWork, call: Call) -> None:
        """Ends the conversation's other calls whose browsers are silent: the far phone hung up."""
        for sibling in calls.of_conversation(unit.session, call.conversation):
            if is_over_by(sibling, call) and self._is_silent(unit, sibling):
                self.end_by_system(unit, sibling)

    def _is_silent(self, unit: UnitOfWork, call: Call) -> bool:
        return carriers.silence(unit.session, self._clock, call) >= self._silent_after

    def end_by_system(self, unit: UnitOfWork, call: Call) -> None:
        """Ends a call without news. A later end or proof of life corrects the row."""
        self._end(unit, call, EndedBy.system, Cause.failed)

    def end_by_agent(self, unit: UnitOfWork, call: Call) -> None:
        """Ends a call whose browser does not answer. The browser ends it too once it is back."""
        self._end(unit, call, EndedBy.agent)

    def _end(self, unit: UnitOfWork, call: Call, by: EndedBy, cause: Cause | None = None) -> None:
        event = CallEvent(
            type=EventType.ended,
            at=unit.now,
            organisation=call.organisation,
            connection=call.connection,
            agent=call.agent,
            call=call.client_call_id,
            cause=cause,
            ended_by=by,
            epoch=call.epoch,
        )
        self.take(unit, event)


_ABOUT_AGENT = {
    EventType.availability_changed: availability_reported,
    EventType.device_changed: device_reported,
}


def _applied(call: Call, event: CallEvent, now: int) -> Call:
    """The call after this event.

    A `last_seen_at` in the future does not void an end: the clock may have been put back.
    """
    if event.ended_by is EndedBy.system and call.last_seen_at > now:
        call = replace(call, last_seen_at=min(event.at, now))
    return apply(call, event)


def _was_moved(call: Call, event: CallEvent) -> bool:
    """The call has moved to another client: reports under an old epoch do not count any more."""
    epoch = event.epoch or 0
    return 0 < epoch < call.epoch and call.carrier != event.client
