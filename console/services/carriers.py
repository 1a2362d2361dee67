"""Calls whose browser is silent, or knows nothing of them, or names one that was given up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from ..domain.call import Call
from ..domain.call_merge import still_alive
from ..domain.conversation import is_over_by
from ..domain.enums import CallState, EndedBy
from ..storage import accounts, calls, carriers, client_store
from ..storage.one_by_one import one_by_one
from .switchboard import Switchboard
from .unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

Ids = tuple[str, str, str]  # of an organisation, an agent and a call


class Carriers:
    """`carry`: ms of silence after which a talk of a silent browser is ended;

    `ring`: ms after which a call that nobody has answered there is ended, counted from its
    beginning.
    """

    def __init__(self, switchboard: Switchboard, carry: int, ring: int) -> None:
        self.switchboard = switchboard
        self.units = switchboard.units
        self.clock = switchboard.leases.clock
        self.carry = carry
        self.ring = ring
        self._silent: set[str] = set()  # calls of which pages show that there is no news

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
        """Calls that are no open calls of this client for us, although its phone has them.

        The system has ended them too early, or their carrier is gone and this client is what it
        became. What a person or the phone system has ended stays so.
        """
        found = carriers.named(session, agent, keys)
        return [call for call, answers in found if _may_carry(session, call, client, answers)]

    def carrier_says(
        self, organisation: str, over: Sequence[Call], alive: Sequence[tuple[Call, str]]
    ) -> None:
        """Carriers are heard: without the calls `over`, each of `alive` in the client beside it."""
        with self.units.begin(organisation) as unit:
            for call in over:
                self._lacked(unit, call)
            for call, client in alive:
                self._heard(unit, call, client)
        self._silent -= {call.id for call, _ in alive}

    def _lacked(self, unit: UnitOfWork, call: Call) -> None:
        fresh = calls.get(unit.session, call.id)
        if fresh is not None and fresh.carrier == call.carrier:
            self.switchboard.end_by_system(unit, fresh)

    def _heard(self, unit: UnitOfWork, call: Call, client: str) -> None:
        before = calls.get(unit.session, call.id)
        if before is None or not self._carries(unit.session, before, client):
            return  # its end was reported meanwhile, or it has moved
        after = still_alive(replace(before, carrier=client), unit.now)
        if after.state is CallState.ended:
            return  # it was ended in this very moment: the next pong tells
        calls.save(unit.session, after, before)
        if before.state is CallState.ended:
            self.switchboard.undo_end(unit, before)
            unit.agent_changed(call.agent, history=True, missed=before.missed)
        elif call.id in self._silent or before.carrier != client:
            unit.agent_changed(call.agent)

    def _carries(self, session: Session, call: Call, client: str) -> bool:
        if call.carrier == client and call.state is not CallState.ended:
            return True
        return call in self.named(session, call.agent, client, [call.client_call_id])

    def look_for_silent(self, pause: Callable[[], None] = lambda: None) -> None:
        """Calls that fell silent, are heard again, or were silent for too long."""
        with self.units.database.read() as session:
            now = self.clock.read(session)
            found = carriers.open_calls(session)
        heeded = now >= self.clock.grace_until  # until then carriers are given time to come back
        patience = self.units.silent_after
        silent = [(call, now - at) for call, at in found if heeded and now - at >= patience]
        open_, now_silent = {call.id: call for call, _ in found}, {call.id for call, _ in silent}
        self._silent &= open_.keys()
        one_by_one(
            [_ids(open_[id]) for id in self._silent - now_silent], self._heard_again, log, pause
        )
        news = [
            call
            for call, silence in silent
            if call.id not in self._silent or self._lasts_too_long(call, silence, now)
        ]
        one_by_one(map(_ids, news), self._silent_call, log, pause)

    def _lasts_too_long(self, call: Call, silence: int, now: int) -> bool:
        """A page that died takes its ring with it; a talk may go on where Console does not hear of
        it.
        """
        return silence >= self.carry if call.answered_at else now - call.started_at >= self.ring

    def _heard_again(self, ids: Ids) -> None:
        organisation, agent, call = ids
        with self.units.begin(organisation) as unit:
            unit.agent_changed(agent)
        self._silent.discard(call)

    def _silent_call(self, ids: Ids) -> None:
        """Shows "no news since …"; ends it when the far phone has hung up or it lasts too long."""
        organisation, _, id = ids
        with self.units.begin(organisation) as unit:
            call = calls.get(unit.session, id)
            silence = carriers.silence(unit.session, self.clock, call) if call else 0
            if call is None or silence < self.units.silent_after:
                return  # heard meanwhile
            unit.agent_changed(call.agent)
            others = calls.of_conversation(unit.session, call.conversation)
            lasts_too_long = self._lasts_too_long(call, silence, unit.now)
            if lasts_too_long or any(is_over_by(call, other) for other in others):
                self.switchboard.end_by_system(unit, call)
        self._silent.add(id)


def _ids(call: Call) -> Ids:
    return call.organisation, call.agent, call.id


def _may_carry(session: Session, call: Call, client: str, answers: bool) -> bool:
    """`answers`: its carrier, as far as it is known, has a socket."""
    one = client_store.find_client(session, call.agent, client)
    if one is None or not accounts.existing_sessions(session, [one.session_id]):
        return False  # a pong that was under way when its page signed out
    if call.state is CallState.ended:
        return call.ended_by is EndedBy.system
    return call.carrier != client and (not answers or one.previous_id == call.carrier)
