"""The verbs of the lease, each within the caller's transaction, with their notices to clients."""

from __future__ import annotations

from collections.abc import Sequence

from ..domain.lease_model import LeaseView
from ..storage import accounts
from ..storage.leases import Leases
from .lease_notices import LeaseNotices
from .unit_of_work import UnitOfWork

# ms from the request for a page until the document before it goes away, on a slow network
_RELOAD = 10_000


class Ownership:
    def __init__(self, leases: Leases, notices: LeaseNotices) -> None:
        self._leases = leases
        self._notices = notices

    def returned(
        self, unit: UnitOfWork, clients: Sequence[tuple[str, str]]
    ) -> dict[tuple[str, str], LeaseView]:
        """The leases that these (agent, client) still hold when they say hello."""
        outcomes = self._leases.returned_together(unit.session, clients)
        for agent, outcome in outcomes:
            self._notices.announce(unit, agent, outcome)
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
        if confirm:
            outcome = self._leases.take_over(unit.session, agent, client, call)
        else:
            outcome = self._leases.claim(unit.session, agent, client, lock_free)
        self._notices.announce(unit, agent, outcome)

    def released(self, unit: UnitOfWork, agent: str, client: str, epoch: int) -> None:
        outcome = self._leases.released(unit.session, agent, client, epoch)
        self._notices.announce(unit, agent, outcome)

    def leaving(self, unit: UnitOfWork, agent: str, client: str, epoch: int) -> None:
        """The client's page goes away.

        The lease waits for its return only where the browser has requested the page again.
        """
        closed = accounts.is_closed(unit.session, agent, client, unit.now - _RELOAD)
        outcome = self._leases.leaving(unit.session, agent, client, epoch, closed)
        self._notices.announce(unit, agent, outcome)
