"""The parts of a running Console, where views find them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from .config import Settings
from .outgoing_http import OutgoingHttp
from .realtime.backplane import Backplane
from .realtime.hub import Hub
from .realtime.wiring import Realtime
from .security.secrets_at_rest import Vault
from .services.commands import Commands
from .services.database_guard import OwnDatabase
from .services.ownership import Ownership
from .services.switchboard import Switchboard
from .services.unit_of_work import UnitsOfWork
from .storage.database import Database
from .storage.leases import Leases


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    database: Database
    vault: Vault
    units: UnitsOfWork
    leases: Leases
    switchboard: Switchboard
    commands: Commands
    ownership: Ownership
    hub: Hub
    realtime: Realtime
    backplane: Backplane
    http: OutgoingHttp
    own_database: OwnDatabase

    def start(self) -> None:
        """Once per serving process, after gevent has patched it: the greenlets that relay, ping and
        watch.

        A database that is away is waited for.
        """
        self.own_database.when_ours(self._begin)

    def _begin(self) -> None:
        self.realtime.start()  # first: it alone may fail, and all of this is then tried again
        self.hub.start()
        self.backplane.start(self.hub.take, self.hub.catch_up)

    def stopping(self) -> None:
        """The worker is about to end: say goodbye to every socket, so that its page comes back at
        once elsewhere.
        """
        self.realtime.say_goodbye()

    def stopped(self) -> None:
        """It ends now, as soon as all have heard that."""
        self.realtime.say_goodbye()
        self.realtime.wait_until_closed()


def services() -> Services:
    return cast(Services, current_app.extensions["console"])
