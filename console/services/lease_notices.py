"""Lease changes as messages: each client concerned is notified of the phone's holder."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import Session

from ..domain.call import Call
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
from ..storage import calls, client_store, lease_epochs
from ..storage.client_store import Place
from ..storage.leases import Leases
from .switchboard import Switchboard
from .unit_of_work import UnitOfWork


class LeaseNotices:
    def __init__(self, leases: Leases, switchboard: Switchboard) -> None:
        self._leases = leases
        self._switchboard = switchboard

    def announce(self, unit: UnitOfWork, agent: str, outcome: Outcome) -> None:
        """Sends each signal of a lease rule to its clients, and ends the calls that it names."""
        for signal in outcome.signals:
            _NOTICES[type(signal)](self, unit, agent, signal)

    def calls_over(self, unit: UnitOfWork, agent: str, client: str, epoch: int) -> None:
        """Notifies a client that comes back that a person has ended its phone's calls meanwhile."""
        if lease_epochs.are_calls_over(unit.session, agent, client, epoch):
            message = {"type": "lease.revoked", "epoch": epoch, "call": "end"}
            unit.notify(agent, message, to=client)

    def holder_changed(self, unit: UnitOfWork, agent: str, client: str) -> None:
        """Notifies the agent's other clients whether the client that holds the phone answers."""
        lease = self._leases.current(unit.session, agent)
        if lease.holder == client and lease.left_at is None:
            holder = self._holder(unit.session, agent, client)
            message = {"type": "lease.denied", "epoch": lease.epoch, "holder": holder}
            unit.notify(agent, message, but=client)

    def of_agents(self, session: Session, agents: Collection[str]) -> dict[str, dict[str, Any]]:
        """agent → the lease as their clients see it."""
        leases = {agent: LeaseView() for agent in agents} | self._leases.of_agents(session, agents)
        held = {agent: lease.holder for agent, lease in leases.items() if lease.holder}
        places = client_store.places(session, held.items())
        open_calls = calls.open_of_agents(session, held)
        holders = {
            agent: _holder_facts(
                holder,
                places.get((agent, holder), Place()),
                leases[agent],
                [call for call in open_calls if call.agent == agent],
            )
            for agent, holder in held.items()
        }
        return {
            agent: {"epoch": lease.epoch, "holder": holders.get(agent)}
            for agent, lease in leases.items()
        }

    def _granted(self, unit: UnitOfWork, agent: str, signal: Granted) -> None:
        message: dict[str, Any] = {"type": "lease.granted", "epoch": signal.epoch}
        if signal.again:  # nothing has changed for the other clients
            unit.notify(agent, message, to=signal.client)
            return
        holder = self._holder(unit.session, agent, signal.client)
        unit.notify(agent, {**message, "holder": holder}, to=signal.client)
        denied = {"type": "lease.denied", "epoch": signal.epoch, "holder": holder}
        unit.notify(agent, denied, but=signal.client)
        unit.agent_changed(agent)

    def _denied(self, unit: UnitOfWork, agent: str, signal: Denied) -> None:
        holder = self._holder(unit.session, agent, signal.holder) if signal.holder else {}
        reason = {**holder, "why": signal.why}
        message = {"type": "lease.denied", "epoch": signal.epoch, "holder": reason}
        unit.notify(agent, message, to=signal.client)

    def _revoked(self, unit: UnitOfWork, agent: str, signal: Revoke) -> None:
        requester = self._holder(unit.session, agent, signal.by)
        message = {"type": "lease.revoked", "epoch": signal.epoch, "holder": requester}
        call = {"call": signal.call} if signal.call else {}
        unit.notify(agent, {**message, **call}, to=signal.holder)

    def _calls_ended(self, unit: UnitOfWork, agent: str, signal: CallsOver) -> None:
        """Ends the calls of the old holder. Its own events may still correct them."""
        if signal.by_person:
            lease_epochs.mark_calls_over(unit.session, agent, signal.epoch)
        for call in calls.open_of_agents(unit.session, [agent]):
            if call.carrier == signal.holder and signal.by_person:
                self._switchboard.end_by_agent(unit, call)
            elif call.carrier == signal.holder:
                self._switchboard.end_by_system(unit, call)

    def _freed(self, unit: UnitOfWork, agent: str, signal: Freed) -> None:
        unit.notify(agent, {"type": "lease.denied", "epoch": signal.epoch, "holder": None})
        unit.agent_changed(agent)

    def _holder(self, session: Session, agent: str, client: str) -> dict[str, Any]:
        place = client_store.places(session, [(agent, client)]).get((agent, client), Place())
        lease = self._leases.current(session, agent)
        return _holder_facts(client, place, lease, calls.open_of_agents(session, [agent]))


def _holder_facts(
    client: str, place: Place, lease: LeaseView, open_calls: list[Call]
) -> dict[str, Any]:
    """The description of a client for a person: its browser, since when, and whether on a call."""
    since = lease.since if lease.holder == client else 0
    facts = {
        "client": client,
        "place": place.name,
        "browser": place.browser,
        "since": since,
        "on_call": any(call.carrier == client for call in open_calls),
    }
    return facts if place.answers or not since else {**facts, "why": DenialReason.SILENT}


_NOTICES: dict[type, Any] = {
    Granted: LeaseNotices._granted,
    Denied: LeaseNotices._denied,
    Revoke: LeaseNotices._revoked,
    CallsOver: LeaseNotices._calls_ended,
    Freed: LeaseNotices._freed,
}
