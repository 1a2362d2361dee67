"""The end of sign-in sessions: by their user, by a changed account, or by age."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from ..domain.enums import Availability
from ..security_log import SecurityEvent, security_event
from ..storage import accounts, calls, client_store
from ..storage.leases import Leases
from .agent_status import change_availability
from .lease_notices import LeaseNotices
from .switchboard import Switchboard
from .unit_of_work import UnitOfWork, UnitsOfWork

_LOGGED_ID = 12  # characters of a session's id that the security log shows


class SignOuts:
    def __init__(
        self, units: UnitsOfWork, leases: Leases, switchboard: Switchboard, notices: LeaseNotices
    ) -> None:
        self._units = units
        self._leases = leases
        self._switchboard = switchboard
        self._notices = notices

    def sign_out(self, organisation: str, user: str, session_id: str, client: str = "") -> bool:
        """Ends one of the user's sessions and frees its phone; False: they have no such session.

        `client`: the page that asks and goes away. Calls in other pages of the session go on.
        """
        with self._units.begin(organisation) as unit:
            ended = self._end(unit, user, session_id, client)
        event = SecurityEvent.signed_out if ended else SecurityEvent.denied
        security_event(event, user, session=session_id[:_LOGGED_ID])
        return ended

    def change_account(
        self, organisation: str, user: str, change: Callable[[Session], object], *, but: str = ""
    ) -> int:
        """Changes the account and ends its sessions, except `but`, in one transaction.

        Returns the number of ended sessions.
        """
        with self._units.begin(organisation) as unit:
            change(unit.session)
            over = [one for one in accounts.session_ids(unit.session, user) if one != but]
            count = sum(self._end(unit, user, one) for one in over)
        security_event(SecurityEvent.account_changed, user, sessions_ended=count)
        return count

    def end_expired(
        self, organisation: str, user: str, session_id: str, lives: Callable[[Session, str], bool]
    ) -> None:
        """Ends a session that is too old or whose user is disabled.

        It lives on if a call has just begun. Open calls go on in their pages.
        """
        with self._units.begin(organisation) as unit:
            if lives(unit.session, session_id):
                return
            accounts.end_session(unit.session, user, session_id)
            self._leave_phone(unit, user, session_id)
        security_event(SecurityEvent.session_over, user, session=session_id[:_LOGGED_ID])

    def _end(self, unit: UnitOfWork, user: str, session_id: str, client: str = "") -> bool:
        if not accounts.end_session(unit.session, user, session_id):
            return False
        gone = client_store.of_session(unit.session, user, session_id)
        for call in calls.open_of_agents(unit.session, [user]):
            goes_on = call.answered_at is not None and call.carrier != client
            if call.carrier in gone and not goes_on:
                # Its page may not be able to report the end any more.
                self._switchboard.end_by_system(unit, call)
        self._leave_phone(unit, user, session_id)
        return True

    def _leave_phone(self, unit: UnitOfWork, user: str, session_id: str) -> None:
        """Closes the session's sockets and frees its lease.

        The agent goes offline if no client takes the phone over.
        """
        gone = client_store.of_session(unit.session, user, session_id)
        self._notices.announce(unit, user, self._leases.signed_out(unit.session, user, gone))
        open_calls = calls.open_of_agents(unit.session, [user])
        talking = {call.carrier for call in open_calls if call.answered_at}
        unit.close_session(session_id, but=[client for client in gone if client in talking])
        if self._leases.current(unit.session, user).holder is None:
            change_availability(unit, user, Availability.offline)
