"""The services of a running Console, and the function by which views find them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from .config import Settings
from .config.timings import Timings
from .outgoing_http import OutgoingHttp
from .realtime.backplane import Backplane
from .realtime.hub import Hub
from .realtime.wiring import Realtime
from .security.cookies import Cookies
from .security.secrets_at_rest import Vault
from .security.sign_in_limits import SignInLimits
from .services.carriers import Carriers
from .services.commands import Commands
from .services.database_guard import DatabaseGuard
from .services.ownership import Ownership
from .services.sign_outs import SignOuts
from .services.switchboard import Switchboard
from .services.unit_of_work import UnitsOfWork
from .storage.accounts import Accounts
from .storage.database import Database
from .storage.leases import Leases


@dataclass(frozen=True, slots=True)
class Services:
    """Every long-lived object of one application, kept in `app.extensions["console"]`."""

    settings: Settings
    timings: Timings
    database: Database
    database_guard: DatabaseGuard
    vault: Vault
    accounts: Accounts
    cookies: Cookies
    sign_in_limits: SignInLimits
    http: OutgoingHttp
    units: UnitsOfWork
    leases: Leases
    switchboard: Switchboard
    commands: Commands
    carriers: Carriers
    ownership: Ownership
    sign_outs: SignOuts
    hub: Hub
    realtime: Realtime
    backplane: Backplane

    def start(self) -> None:
        """Starts the greenlets of a serving process, once gevent has patched it.

        A database that is away is waited for.
        """
        self.database_guard.when_admitted(self._begin)

    def _begin(self) -> None:
        # First: only this may fail, and the whole start is then tried again.
        self.realtime.start()
        self.hub.start()
        self.backplane.start(self.hub.take, self.hub.catch_up)

    def stopping(self) -> None:
        """Says goodbye to every socket before the worker ends.

        Their pages come back at once elsewhere.
        """
        self.realtime.say_goodbye()

    def stopped(self) -> None:
        """Waits until every socket has received its goodbye."""
        self.realtime.say_goodbye()
        self.realtime.wait_until_closed()


def services() -> Services:
    return cast(Services, current_app.extensions["console"])
