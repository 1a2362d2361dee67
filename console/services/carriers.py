"""Calls and the browsers that carry their audio: silent, lost and returning ones."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from ..config.timings import Timings
from ..domain.call import Call
from ..domain.call_merge import still_alive
from ..domain.conversation import is_over_by
from ..domain.enums import CallState, EndedBy
from ..storage import accounts, calls, carriers, client_store
from ..storage.clock import Clock
from ..storage.database import Database
from ..storage.one_by_one import one_by_one
from .agent_status import undo_wrap_up
from .callbacks import change_callback
from .switchboard import Switchboard
from .unit_of_work import UnitOfWork, UnitsOfWork

log = logging.getLogger(__name__)

Ids = tuple[str, str, str]  # organisation, agent, call


class Carriers:
    """Ends the calls of silent browsers.

    An answered call ends after `timings.carry` of silence, an unanswered one `timings.ring` after
    it began.
    """

    def __init__(
        self,
        database: Database,
        units: UnitsOfWork,
        clock: Clock,
        switchboard: Switchboard,
        timings: Timings,
    ) -> None:
        self._database = database
        self._units = units
        self._clock = clock
        self._switchboard = switchboard
        self.timings = timings
        self._silent: set[str] = set()  # calls that pages show as "no news since …"

    def carried(
        self, session: Session, agents: Collection[str]
    ) -> dict[tuple[str, str], list[Call]]:
        """(agent, client) → the open calls whose audio is in that client."""
        found: dict[tuple[str, str], list[Call]] = {}
        for call in calls.open_of_agents(session, agents):
            if call.carrier:
                found.setdefault((call.agent, call.carrier), []).append(call)
        return found

    def named(self, session: Session, agent: str, client: str, keys: Collection[str]) -> list[Call]:
        """Calls that the client's phone has, but that are not among its open calls here.

        The system has ended them too early, or their carrier is gone and this client replaced it.
        Calls that a person or the phone system has ended stay ended.
        """
        found = carriers.named(session, agent, keys)
        return [call for call, answers in found if _may_carry(session, call, client, answers)]

    def apply_pongs(
        self, organisation: str, over: Sequence[Call], alive: Sequence[tuple[Call, str]]
    ) -> None:
        """Apply pongs: they lack the calls `over`; each of `alive` is in its client."""
        with self._units.begin(organisation) as unit:
            for call in over:
                self._is_over(unit, call)
            for call, client in alive:
                self._is_alive(unit, call, client)
        self._silent -= {call.id for call, _ in alive}

    def _is_over(self, unit: UnitOfWork, call: Call) -> None:
        fresh = calls.get(unit.session, call.id)
        if fresh is not None and fresh.carrier == call.carrier:
            self._switchboard.end_by_system(unit, fresh)

    def _is_alive(self, unit: UnitOfWork, call: Call, client: str) -> None:
        before = calls.get(unit.session, call.id)
        if before is None or not self._carries(unit.session, before, client):
            return  # its end was reported meanwhile, or it has moved
        after = still_alive(replace(before, carrier=client), unit.now)
        if after.state is CallState.ended:
            return  # it has just ended: the next pong decides
        calls.save(unit.session, after, before)
        if before.state is CallState.ended:
            undo_wrap_up(unit, before)
            unit.agent_changed(call.agent, history=True)
            change_callback(unit, before, after)
        elif call.id in self._silent or before.carrier != client:
            unit.agent_changed(call.agent)

    def _carries(self, session: Session, call: Call, client: str) -> bool:
        if call.carrier == client and call.state is not CallState.ended:
            return True
        return call in self.named(session, call.agent, client, [call.client_call_id])

    def check_silence(self, pause: Callable[[], None] = lambda: None) -> None:
        """Handles calls that fell silent, were reported again, or were silent for too long."""
        with self._database.read() as session:
            now = self._clock.read(session)
            found = carriers.open_calls(session)
        in_grace = now < self._clock.grace_until  # carriers still have time to come back
        limit = self.timings.silent_call
        silent = [(call, now - at) for call, at in found if not in_grace and now - at >= limit]
        open_, now_silent = {call.id: call for call, _ in found}, {call.id for call, _ in silent}
        self._silent &= open_.keys()
        one_by_one(
            [_ids(open_[id]) for id in self._silent - now_silent], self._show_again, log, pause
        )
        changed = [
            call
            for call, silence in silent
            if call.id not in self._silent or self._lasts_too_long(call, silence, now)
        ]
        one_by_one(map(_ids, changed), self._silent_call, log, pause)

    def _lasts_too_long(self, call: Call, silence: int, now: int) -> bool:
        """A ringing call ends with its dead page; an answered call may go on without news."""
        return (
            silence >= self.timings.carry
            if call.answered_at
            else now - call.started_at >= self.timings.ring
        )

    def _show_again(self, ids: Ids) -> None:
        organisation, agent, call = ids
        with self._units.begin(organisation) as unit:
            unit.agent_changed(agent)
        self._silent.discard(call)

    def _silent_call(self, ids: Ids) -> None:
        """Shows "no news since …", or ends a call that is over elsewhere or lasts too long."""
        organisation, _, id = ids
        with self._units.begin(organisation) as unit:
            call = calls.get(unit.session, id)
            silence = carriers.silence(unit.session, self._clock, call) if call else 0
            if call is None or silence < self.timings.silent_call:
                return  # it was reported meanwhile
            unit.agent_changed(call.agent)
            others = calls.of_conversation(unit.session, call.conversation)
            lasts_too_long = self._lasts_too_long(call, silence, unit.now)
            if lasts_too_long or any(is_over_by(call, other) for other in others):
                self._switchboard.end_by_system(unit, call)
        self._silent.add(id)


def _ids(call: Call) -> Ids:
    return call.organisation, call.agent, call.id


def _may_carry(session: Session, call: Call, client: str, answers: bool) -> bool:
    """`answers`: the call's carrier, if one is known, has a socket."""
    one = client_store.find_client(session, call.agent, client)
    if one is None or not accounts.existing_sessions(session, [one.session_id]):
        return False  # the pong was under way when its page signed out
    if call.state is CallState.ended:
        return call.ended_by is EndedBy.system
    return call.carrier != client and (not answers or one.previous_id == call.carrier)
