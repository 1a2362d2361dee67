"""The server of a real simulation: one worker's services over a database, with the test's
clock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Flask
from sqlalchemy import select

from console.config import Settings
from console.config.timings import Timings
from console.domain import lease as rules
from console.domain.enums import CallState
from console.domain.lease import LeaseMovedOn
from console.domain.lease_model import LeaseTimings, LeaseView, Outcome
from console.realtime import messages
from console.realtime.fragments import Fragments
from console.realtime.hub import Hub
from console.realtime.socket_session import SocketSession
from console.realtime.wiring import Foundation, build_realtime
from console.services.carriers import Carriers
from console.services.commands import Commands
from console.services.due_work import DueWork
from console.services.lease_notices import LeaseNotices
from console.services.ownership import Ownership
from console.services.sign_outs import SignOuts
from console.services.switchboard import Switchboard
from console.services.unit_of_work import UnitsOfWork
from console.storage import client_store, models
from console.storage.accounts import DAY, Accounts, SessionAge
from console.storage.database import Database
from console.storage.journal import JournalEntry
from console.storage.leases import Leases

from .clock import Time
from .real_pages import Wire
from .server import Grant

HOME, AGENT, WORKER = "home", "alice", "machine:5000:0"
_REQUESTS = Flask(__name__)
_HISTORY = select(models.LeaseEpoch.epoch, models.LeaseEpoch.client_id)


class Blank:
    """Draws nothing."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        return lambda *args, **more: ""


class WatchedLeases(Leases):
    """Notes how each epoch came to be, and when the server last confirmed a holder."""

    def __init__(
        self, database: Database, time: Time, grants: dict[int, Grant], confirmed: dict[str, int]
    ) -> None:
        super().__init__(database, LeaseTimings(), time.monotonic)
        self.time, self.grants, self.confirmed = time, grants, confirmed

    def _change(
        self, session: Any, agent: str, rule: Callable[..., Outcome], *args: Any
    ) -> Outcome:
        before = self.current(session, agent)
        outcome = super()._change(session, agent, rule, *args)
        if outcome.lease.epoch != before.epoch:
            by_click = rule is rules.take_over or before.asked_by is not None
            self.grants[outcome.lease.epoch] = Grant(before, by_click, self.time.true)
        self._note(outcome.lease)
        return outcome

    def renew(self, session: Any, worker: str, agents: Any = None) -> set[tuple[str, str]]:
        renewed = super().renew(session, worker, agents)
        for agent, _ in renewed:
            self._note(self.current(session, agent))
        return renewed

    def _note(self, lease: LeaseView) -> None:
        if lease.holder:
            at = min(self.time.true, lease.heard_at - self.time.database_ahead)
            self.confirmed[lease.holder] = max(at, self.confirmed.get(lease.holder, 0))


class RealServer:
    def __init__(
        self, database: Database, time: Time, grants: dict[int, Grant], confirmed: dict[str, int]
    ) -> None:
        self.database, self.time = database, time
        self.units = UnitsOfWork(database, 35_000)
        self.leases = WatchedLeases(database, time, grants, confirmed)
        settings = Settings(ping_seconds=10.0, hello_seconds=3_600, workers=1)
        timings = Timings.of(settings)
        clock = self.leases.clock
        self.switchboard = Switchboard(self.units, self.leases, clock, timings.silent_call)
        carriers = Carriers(database, self.units, clock, self.switchboard, timings)
        notices = LeaseNotices(self.leases, self.switchboard)
        self.sign_outs = SignOuts(self.units, self.leases, self.switchboard, notices)
        blank = cast(Fragments, Blank())
        self.hub = Hub(database, blank, 0)
        accounts = Accounts(database, SessionAge(whole=30 * DAY, idle=DAY))
        commands = Commands(self.units, self.leases, 10_000)
        self.realtime = build_realtime(
            Foundation(
                settings,
                timings,
                database,
                self.units,
                self.leases,
                self.switchboard,
                carriers,
                notices,
                Ownership(self.leases, notices),
                self.sign_outs,
                DueWork(database, self.units, self.leases, notices, carriers),
                commands,
                accounts,
                blank,
                self.hub,
                WORKER,
            )
        )
        self._lines: list[JournalEntry] = []
        self.units.announce = self._lines.extend
        with database.write() as session:
            client_store.disconnect_workers(session, WORKER.rpartition(":")[0] + ":")
        self._due = {job: time.true + job.pause * 1000 for job in self.realtime.scheduler.jobs}

    def beat(self) -> None:
        """Run the worker's periodic jobs that are due."""
        for job in self.realtime.scheduler.jobs:
            if self.time.true >= self._due[job]:
                self._due[job] = self.time.true + job.pause * 1000
                job.work()
        self.relay()

    def relay(self) -> None:
        """As the hub's own greenlet does."""
        while self._lines:
            self.hub._entries.pass_on(self._lines.pop(0))
        self.hub._flush()

    # ---- sockets

    def opens(self, wire: Wire, user: models.User, session_id: str) -> None:
        with _REQUESTS.test_request_context():
            wire.session = SocketSession(
                cast(Any, wire), self.realtime.sessions, (user, session_id)
            )
        wire.session.start()

    def hears(self, wire: Wire, text: str) -> None:
        if not wire.over:
            wire.session.receive(messages.decode(text))
            self.relay()

    def ends(self, wire: Wire) -> None:
        wire.over = True
        wire.session.end()
        self.relay()

    # ---- requests: views/phone.py and views/commands.py without HTTP around them

    def answers(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        status, answer = (
            self._left(body)
            if path.endswith("/leave")
            else self._phone_session(path.split("/")[2], body)
        )
        self.relay()
        return status, answer

    def _phone_session(self, connection: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        try:
            with self.units.begin(HOME) as unit:
                self.leases.start_phone(unit.session, AGENT, body["client"], body["epoch"])
        except LeaseMovedOn:
            return 409, {"code": "stale_epoch"}
        return 200, {
            "provider": "pretend",
            "connection": connection,
            "epoch": body["epoch"],
            "availability": "available",
        }

    def _left(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        client, epoch = body["client"], body["epoch"]
        for item in body["events"]:
            self.switchboard.phone_event(
                HOME, AGENT, client, item["n"], item["epoch"], item["event"]
            )
        self.realtime.lease_requests.leave_by_http(HOME, AGENT, client, epoch, body["serial"])
        return 204, {}


class RealBackend:
    """The queries of the invariants."""

    def __init__(self, database: Database, simulation: Any) -> None:
        self.database, self.simulation = database, simulation

    @property
    def clock(self) -> Any:
        return self.simulation.server.leases.clock

    def current(self) -> Any:
        with self.database.read() as session:
            return self.simulation.server.leases.current(session, AGENT)

    def held(self, client: str, epoch: int) -> bool:
        return self.history.get(epoch) == client

    @property
    def history(self) -> dict[int, str]:
        with self.database.read() as session:
            return dict(session.connection().execute(_HISTORY).all())

    def call_of(self, client: str) -> CallState | None:
        with self.database.read() as session:
            states = session.scalars(
                select(models.Call.state).where(
                    models.Call.carrier == client, models.Call.state != CallState.ended
                )
            ).all()
        return CallState(min(states, key=list(CallState).index)) if states else None
