"""The realtime services of one worker, joined for `create_app`.

They are joined here because no other package uses most of them: create_app passes the services
that they use (`Foundation`) and gets the ones that others use (`Realtime`).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..config import Settings
from ..config.timings import Timings
from ..services.carriers import Carriers
from ..services.commands import Commands
from ..services.due_work import DueWork
from ..services.lease_notices import LeaseNotices
from ..services.ownership import Ownership
from ..services.sign_outs import SignOuts
from ..services.switchboard import Switchboard
from ..services.unit_of_work import UnitsOfWork
from ..storage.accounts import Accounts
from ..storage.database import Database
from ..storage.leases import Leases
from .disconnects import Disconnects
from .fragments import Fragments
from .heartbeat import Heartbeat
from .hello import Hellos
from .housekeeping import Housekeeping
from .hub import Hub
from .lease_requests import LeaseRequests
from .open_sockets import OpenSockets
from .phone_messages import PhoneMessages
from .pings import Pings
from .retention import Retention
from .scheduler import Scheduler, jobs
from .snapshots import Snapshots
from .socket_limits import SocketLimits
from .socket_session import MessageHandlers, SessionServices


@dataclass(frozen=True, slots=True)
class Foundation:
    """The services of other packages that the realtime services use."""

    settings: Settings
    timings: Timings
    database: Database
    units: UnitsOfWork
    leases: Leases
    switchboard: Switchboard
    carriers: Carriers
    notices: LeaseNotices
    ownership: Ownership
    sign_outs: SignOuts
    due_work: DueWork
    commands: Commands
    accounts: Accounts
    fragments: Fragments
    hub: Hub
    worker: str


@dataclass(frozen=True, slots=True)
class Realtime:
    pings: Pings
    snapshots: Snapshots
    lease_requests: LeaseRequests
    sockets: OpenSockets
    sessions: SessionServices
    housekeeping: Housekeeping
    scheduler: Scheduler
    worker: str
    is_only_worker: bool

    def start(self) -> None:
        """Starts the repeated work, once per serving process."""
        if self.is_only_worker:
            self.housekeeping.forget_former_clients(self.worker)
        self.scheduler.start()

    def say_goodbye(self) -> None:
        self.sockets.say_goodbye()

    def wait_until_closed(self) -> None:
        self.sockets.wait_until_closed()


def message_handlers(
    heartbeat: Heartbeat, lease_requests: LeaseRequests, phone_messages: PhoneMessages
) -> MessageHandlers:
    return {
        "pong": heartbeat.receive,
        "lease.claim": lease_requests.claim,
        "lease.release": lease_requests.release,
        "lease.leaving": lease_requests.leave,
        "lease.released": lease_requests.release,
        "phone.event": phone_messages.event,
        "phone.data": phone_messages.data,
        "command.result": phone_messages.command_result,
    }


def build_realtime(on: Foundation) -> Realtime:
    hub, database, units, leases = on.hub, on.database, on.units, on.leases
    notices, ownership, worker = on.notices, on.ownership, on.worker
    ping_seconds = on.timings.ping / 1000
    snapshots = Snapshots(database, units, notices, on.fragments)
    pings = Pings(hub, database, leases, ping_seconds)
    disconnects = Disconnects(hub, database, units, notices, worker, on.timings.comeback)
    hello = Hellos(hub, units, ownership, notices, snapshots, pings, disconnects, worker)
    heartbeat = Heartbeat(hub, database, units, leases, on.carriers, worker)
    lease_requests = LeaseRequests(units, ownership, disconnects)
    phone_messages = PhoneMessages(on.switchboard, on.commands)
    sockets = OpenSockets(disconnects)
    housekeeping = Housekeeping(
        hub, database, leases.clock, units, on.accounts, on.sign_outs, on.timings.expire
    )
    retention = Retention(database, on.accounts, on.settings)
    scheduler = Scheduler(
        jobs(
            pings,
            disconnects,
            heartbeat,
            housekeeping,
            retention,
            on.due_work,
            on.accounts,
            database,
            ping_seconds,
        )
    )
    sessions = SessionServices(
        database,
        sockets,
        SocketLimits(hub, database, leases),
        hello,
        disconnects,
        message_handlers(heartbeat, lease_requests, phone_messages),
        on.timings.hello / 1000,
    )
    return Realtime(
        pings,
        snapshots,
        lease_requests,
        sockets,
        sessions,
        housekeeping,
        scheduler,
        worker,
        is_only_worker=on.settings.workers == 1,
    )
