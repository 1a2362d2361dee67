"""The lease in operation: each verb runs in one transaction with its journal lines, which tell the
clients concerned.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy.orm import Session

from ..domain.call import Call
from ..domain.enums import Availability
from ..domain.lease_model import (
    CallsOver,
    DenialReason,
    Denied,
    Freed,
    Granted,
    LeaseView,
    Outcome,
    Revoke,
)
from ..security_log import SecurityEvent, security_event
from ..storage import accounts, calls, client_store, lease_epochs, wrap_ups
from ..storage.client_store import Place
from ..storage.leases import Leases
from ..storage.one_by_one import one_by_one
from .carriers import Carriers
from .switchboard import Switchboard
from .unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

_SHOWN = 12  # characters of a session's id in the security log: enough to tell it from others
# ms from the request for a page until the document before it goes away, on a slow network
_RELOAD = 10_000


class Ownership:
    """`carry`: ms after which a call of a silent browser is ended, and its lease no longer kept."""

    def __init__(self, switchboard: Switchboard, carry: int, ring: int = 60_000) -> None:
        self.switchboard = switchboard
        self.units = switchboard.units
        self.leases: Leases = switchboard.leases
        self.carriers = Carriers(switchboard, carry, ring)

    # ---- the verbs

    def returned(
        self, unit: UnitOfWork, come: Sequence[tuple[str, str]]
    ) -> dict[tuple[str, str], LeaseView]:
        """Those of these (agent, client) who have said hello that hold a lease still."""
        outcomes = self.leases.returned_together(unit.session, come)
        for agent, outcome in outcomes:
            self._tell(unit, agent, outcome)
        return {(agent, str(outcome.lease.holder)): outcome.lease for agent, outcome in outcomes}

    def claim(
        self,
        unit: UnitOfWork,
        agent: str,
        client: str,
        *,
        confirm: bool,
        call: str | None,
        lock_free: bool = False,
    ) -> None:
        session = unit.session
        if confirm:
            self._tell(unit, agent, self.leases.take_over(session, agent, client, call))
        else:
            self._tell(unit, agent, self.leases.claim(session, agent, client, lock_free))

    def released(self, unit: UnitOfWork, agent: str, client: str, epoch: int) -> None:
        self._tell(unit, agent, self.leases.released(unit.session, agent, client, epoch))

    def leaving(self, unit: UnitOfWork, agent: str, client: str, epoch: int) -> None:
        """A page goes away. Another client waits for it only where its browser has asked for the
        page again.
        """
        closed = accounts.is_closed(unit.session, agent, client, unit.now - _RELOAD)
        self._tell(unit, agent, self.leases.leaving(unit.session, agent, client, epoch, closed))

    def sign_out(self, organisation: str, user: str, session_id: str, client: str = "") -> bool:
        """Ends one of the user's own sessions and frees its phone; false: there is no such session.

        `client`: the page that goes away with it. Calls in other pages of the session go on: the
        person is talking there.
        """
        with self.units.begin(organisation) as unit:
            ended = self._sign_out(unit, user, session_id, client)
        security_event(
            SecurityEvent.signed_out if ended else SecurityEvent.denied,
            user,
            session=session_id[:_SHOWN],
        )
        return ended

    def change_account(
        self, organisation: str, user: str, change: Callable[[Session], object], *, but: str = ""
    ) -> int:
        """Changes what lets the user in, and ends their sessions, all but one, in the same
        transaction. Answers how many have ended.
        """
        with self.units.begin(organisation) as unit:
            change(unit.session)
            over = [one for one in accounts.session_ids(unit.session, user) if one != but]
            count = sum(self._sign_out(unit, user, one) for one in over)
        security_event(SecurityEvent.account_changed, user, sessions_ended=count)
        return count

    def _sign_out(self, unit: UnitOfWork, user: str, session_id: str, client: str = "") -> bool:
        if not accounts.end_session(unit.session, user, session_id):
            return False
        gone = client_store.of_session(unit.session, user, session_id)
        for call in calls.open_of_agents(unit.session, [user]):
            talks_on = call.answered_at is not None and call.carrier != client
            if call.carrier in gone and not talks_on:
                self.switchboard.end_by_system(
                    unit, call
                )  # its page may not be able to tell any more
        self._leave_phone(unit, user, session_id)
        return True

    def sign_in_is_over(
        self, organisation: str, user: str, session_id: str, lives: Callable[[Session, str], bool]
    ) -> None:
        """Too old, or the user was disabled: unless it lives after all, because a call has just
        come. Her calls go on in her page.
        """
        with self.units.begin(organisation) as unit:
            if lives(unit.session, session_id):
                return
            accounts.end_session(unit.session, user, session_id)
            self._leave_phone(unit, user, session_id)
        security_event(SecurityEvent.session_over, user, session=session_id[:_SHOWN])

    def _leave_phone(self, unit: UnitOfWork, user: str, session_id: str) -> None:
        """Whatever lives by this session loses its socket and the phone; with nobody left to hold
        it the agent goes offline.
        """
        gone = client_store.of_session(unit.session, user, session_id)
        self._tell(unit, user, self.leases.signed_out(unit.session, user, gone))
        talking = {
            call.carrier for call in calls.open_of_agents(unit.session, [user]) if call.answered_at
        }
        unit.close_session(session_id, but=[client for client in gone if client in talking])
        if self.leases.current(unit.session, user).holder is None:
            self.switchboard.change_availability(unit, user, Availability.offline)

    def _tell(self, unit: UnitOfWork, agent: str, outcome: Outcome) -> None:
        """Each signal becomes a message to its client; when the holder changes, all the others
        learn who it is.
        """
        for signal in outcome.signals:
            _MESSAGES[type(signal)](self, unit, agent, signal)

    def _granted(self, unit: UnitOfWork, agent: str, signal: Granted) -> None:
        if signal.again:  # to everybody else nothing has happened
            unit.tell(agent, {"type": "lease.granted", "epoch": signal.epoch}, to=signal.client)
            return
        holder = self._holder(unit.session, agent, signal.client)
        unit.tell(
            agent,
            {"type": "lease.granted", "epoch": signal.epoch, "holder": holder},
            to=signal.client,
        )
        unit.tell(
            agent,
            {"type": "lease.denied", "epoch": signal.epoch, "holder": holder},
            but=signal.client,
        )
        unit.agent_changed(agent)

    def _denied(self, unit: UnitOfWork, agent: str, signal: Denied) -> None:
        holder = self._holder(unit.session, agent, signal.holder) if signal.holder else None
        unit.tell(
            agent,
            {
                "type": "lease.denied",
                "epoch": signal.epoch,
                "holder": {**(holder or {}), "why": signal.why},
            },
            to=signal.client,
        )

    def _revoked(self, unit: UnitOfWork, agent: str, signal: Revoke) -> None:
        requester = self._holder(unit.session, agent, signal.by)
        message = {"type": "lease.revoked", "epoch": signal.epoch, "holder": requester}
        unit.tell(
            agent, {**message, **({"call": signal.call} if signal.call else {})}, to=signal.holder
        )

    def _calls_over(self, unit: UnitOfWork, agent: str, signal: CallsOver) -> None:
        """Ends what the old holder carried. Its own facts may still say more about it."""
        if signal.by_person:
            lease_epochs.mark_calls_over(unit.session, agent, signal.epoch)
        for call in calls.open_of_agents(unit.session, [agent]):
            if call.carrier == signal.holder and signal.by_person:
                self.switchboard.end_by_agent(unit, call)
            elif call.carrier == signal.holder:
                self.switchboard.end_by_system(unit, call)

    def heard_of_calls_over(self, unit: UnitOfWork, agent: str, client: str, epoch: int) -> None:
        """A client comes back with a phone whose calls a person has ended meanwhile."""
        if lease_epochs.are_calls_over(unit.session, agent, client, epoch):
            message = {"type": "lease.revoked", "epoch": epoch, "call": "end"}
            unit.tell(agent, message, to=client)

    def tell_of_holder(self, unit: UnitOfWork, agent: str, client: str) -> None:
        """The agent's other clients learn whether the page that holds the phone answers."""
        lease = self.leases.current(unit.session, agent)
        if lease.holder == client and lease.left_at is None:
            holder = self._holder(unit.session, agent, client)
            message = {"type": "lease.denied", "epoch": lease.epoch, "holder": holder}
            unit.tell(agent, message, but=client)

    def _freed(self, unit: UnitOfWork, agent: str, signal: Freed) -> None:
        unit.tell(agent, {"type": "lease.denied", "epoch": signal.epoch, "holder": None})
        unit.agent_changed(agent)

    def _holder(self, session: Session, agent: str, client: str) -> dict[str, Any]:
        """Who holds the phone, in what a person can recognise: the browser, since when, and whether
        on a call.
        """
        place = client_store.places(session, [(agent, client)]).get((agent, client), Place())
        lease = self.leases.current(session, agent)
        return _in_words(client, place, lease, calls.open_of_agents(session, [agent]))

    def lease_messages(
        self, session: Session, agents: Collection[str]
    ) -> dict[str, dict[str, Any]]:
        """agent → her lease, as a client is told of it."""
        leases = {agent: LeaseView() for agent in agents} | self.leases.of_agents(session, agents)
        held = {agent: lease.holder for agent, lease in leases.items() if lease.holder}
        places = client_store.places(session, held.items())
        talking = calls.open_of_agents(session, held)
        told = {
            agent: _in_words(
                holder,
                places.get((agent, holder), Place()),
                leases[agent],
                [call for call in talking if call.agent == agent],
            )
            for agent, holder in held.items()
        }
        return {
            agent: {"epoch": lease.epoch, "holder": told.get(agent)}
            for agent, lease in leases.items()
        }

    # ---- time

    def tick(self, pause: Callable[[], None] = lambda: None) -> None:
        """Twice a second: leases that time moves, calls that fell silent, wrap-ups that are over.

        `pause` lets others have a turn: a thousand leases that are due together must not keep
        everybody waiting.
        """
        for look in (self._move_leases, self.carriers.look_for_silent, self._end_wrap_ups):
            try:
                look(pause)
            except Exception:
                log.exception("%s failed and is tried again", look.__name__)

    def _move_leases(self, pause: Callable[[], None]) -> None:
        with self.units.database.read() as session:
            due = self.leases.due(session)
        one_by_one(due, self._move_lease, log, pause)

    def _move_lease(self, due: tuple[str, str]) -> None:
        organisation, agent = due
        with self.units.begin(organisation) as unit:
            self._tell(unit, agent, self.leases.tick(unit.session, agent))

    def _end_wrap_ups(self, pause: Callable[[], None]) -> None:
        with self.units.database.read() as session:
            over = wrap_ups.expired(session, self.units.database.now(session))
        one_by_one(over, self._end_wrap_up, log, pause)

    def _end_wrap_up(self, over: tuple[str, str]) -> None:
        organisation, agent = over
        with self.units.begin(organisation) as unit:
            if over in wrap_ups.expired(unit.session, unit.now):
                self.switchboard.change_availability(unit, agent, Availability.available)


def _in_words(
    client: str, place: Place, lease: LeaseView, open_calls: list[Call]
) -> dict[str, Any]:
    on_call = any(call.carrier == client for call in open_calls)
    since = lease.since if lease.holder == client else 0
    words = {
        "client": client,
        "place": place.name,
        "browser": place.browser,
        "since": since,
        "on_call": on_call,
    }
    return words if place.answers or not since else {**words, "why": DenialReason.SILENT}


_MESSAGES: dict[type, Any] = {
    Granted: Ownership._granted,
    Denied: Ownership._denied,
    Revoke: Ownership._revoked,
    CallsOver: Ownership._calls_over,
    Freed: Ownership._freed,
}
