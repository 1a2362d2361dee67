"""Changes that time brings: leases that move, calls that fell silent, wrap-ups that are over,
claims of callbacks that lapse.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from ..domain.enums import Availability
from ..storage import callbacks, wrap_ups
from ..storage.database import Database
from ..storage.leases import Leases
from ..storage.one_by_one import one_by_one
from .agent_status import change_availability
from .callbacks import end_claim
from .carriers import Carriers
from .lease_notices import LeaseNotices
from .unit_of_work import UnitsOfWork

log = logging.getLogger(__name__)


class DueWork:
    def __init__(
        self,
        database: Database,
        units: UnitsOfWork,
        leases: Leases,
        notices: LeaseNotices,
        carriers: Carriers,
    ) -> None:
        self._database = database
        self._units = units
        self._leases = leases
        self._notices = notices
        self._carriers = carriers

    def tick(self, pause: Callable[[], None] = lambda: None) -> None:
        """Runs twice a second.

        `pause` yields after each change: a thousand due leases must not block the event loop.
        """
        for work in (
            self._move_leases,
            self._carriers.check_silence,
            self._end_wrap_ups,
            self._end_claims,
        ):
            try:
                work(pause)
            except Exception:
                log.exception("%s failed and is tried again", work.__name__)

    def _move_leases(self, pause: Callable[[], None]) -> None:
        with self._database.read() as session:
            due = self._leases.due(session)
        one_by_one(due, self._move_lease, log, pause)

    def _move_lease(self, due: tuple[str, str]) -> None:
        organisation, agent = due
        with self._units.begin(organisation) as unit:
            self._notices.announce(unit, agent, self._leases.tick(unit.session, agent))

    def _end_wrap_ups(self, pause: Callable[[], None]) -> None:
        with self._database.read() as session:
            over = wrap_ups.expired(session, self._database.now(session))
        one_by_one(over, self._end_wrap_up, log, pause)

    def _end_wrap_up(self, over: tuple[str, str]) -> None:
        organisation, agent = over
        with self._units.begin(organisation) as unit:
            if over in wrap_ups.expired(unit.session, unit.now):
                change_availability(unit, agent, Availability.available)

    def _end_claims(self, pause: Callable[[], None]) -> None:
        with self._database.read() as session:
            lapsed = callbacks.lapsed(session, self._database.now(session))
        one_by_one(lapsed, self._end_claim, log, pause)

    def _end_claim(self, lapsed: tuple[str, str]) -> None:
        organisation, number = lapsed
        with self._units.begin(organisation) as unit:
            known = callbacks.find(unit.session, organisation, number)
            if known and lapsed in callbacks.lapsed(unit.session, unit.now):
                end_claim(unit, organisation, known)
