"""Who is there: hello, pongs, silence and leaving, on the worker that holds the sockets.

The rules of ownership are domain.lease; here they meet the sockets. Every answer that moves a lease
is a journal line, so it reaches its client on whatever worker that is.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from typing import Any

import gevent

from ..config import Settings
from ..services.batching import Batcher
from ..services.commands import Commands
from ..services.ownership import Ownership
from ..services.switchboard import Switchboard
from ..services.unit_of_work import UnitOfWork, UnitsOfWork
from ..storage import agents, client_store, models
from ..storage.accounts import Accounts
from ..storage.batches import all_or_each
from ..storage.leases import Leases
from . import housekeeping, messages
from .connection import Connection
from .disconnects import Farewells
from .fragments import Fragments
from .heartbeat import Pongs
from .hello import Arrivals
from .hub import Hub, Member
from .members import member_name
from .retention import Housekeeping
from .snapshots import Snapshots
from .socket_limits import SocketLimits

log = logging.getLogger(__name__)

_BEAT = 0.5  # seconds between two looks at what is due
_PING_BEAT = 0.1  # the same for pings: the fewer are pinged at once, the fewer answers come at once
_RENEW = 5.0  # seconds between two writes of what the pongs told
# seconds between two moves of SQLite's log into its file: writers wait for the end of each, the
# longer the more there is
_EMPTY_LOG = 1.0
_AT_ONCE = 50  # members who are pinged in one go: the event loop stands still meanwhile
_UPKEEP = 60.0  # seconds between two looks at sign-ins and at what is to be forgotten
_EARLY = 3  # pings that follow at once from coming, being given the phone and being heard with it
# of the usual pause: a wall tells how old it is, and ten seconds without a word are too long for it
_WALL_PINGS = 0.4
_RELOAD = 10_000  # ms within which a reload's farewell may still be on its way


class Presence:
    def __init__(
        self,
        hub: Hub,
        units: UnitsOfWork,
        ownership: Ownership,
        commands: Commands,
        fragments: Fragments,
        accounts: Accounts,
        settings: Settings,
        worker: str,
    ) -> None:
        self.hub = hub
        self.units = units
        self.ownership = ownership
        self.commands = commands
        self.snapshots = Snapshots(units.database, fragments, ownership)
        self.pongs = Pongs(hub, ownership, worker)
        self._arrivals = Arrivals(hub, ownership, self.snapshots, worker)
        self._farewells = Farewells(hub, ownership, worker, self.leases.timings.comeback)
        self._claims = Batcher(self._claimed)
        self.accounts = accounts
        self.settings = settings
        self.worker = worker
        self.limits = SocketLimits(hub, ownership)
        self._housekeeping = Housekeeping(units.database, accounts, settings)
        self.connections: set[Connection] = (
            set()
        )  # all that are open here, before and after their hello
        self.stopping = False
        self._renew_every = min(_RENEW, settings.ping_seconds / 2)

    @property
    def switchboard(self) -> Switchboard:
        return self.ownership.switchboard

    @property
    def leases(self) -> Leases:
        return self.ownership.leases

    def start(self) -> None:
        if self.settings.workers == 1:
            with self.units.database.write() as session:
                client_store.disconnect_workers(session, self.worker.rpartition(":")[0] + ":")
        for pause, works in self.works():
            for work in works:
                gevent.spawn(_forever, work, pause)

    def works(self) -> tuple[tuple[float, tuple[Callable[[], None], ...]], ...]:
        """The repeated works of a worker, by the seconds between two times."""
        return (
            (_PING_BEAT, (self._ping,)),
            (_BEAT, (self._farewells.write, self._tick)),
            (_EMPTY_LOG, (self.units.database.checkpoint,)),
            (self._renew_every, (self.pongs.renew, self._silent, self._forget_args)),
            (_UPKEEP, (self._sign_ins, self.accounts.forget_used_tokens, self._housekeeping.look)),
        )

    # ---- one client

    def topics(self, user: models.User, view: str) -> frozenset[str]:
        """What this person may follow in this view.

        The teams are asked of the database, never of the browser.
        """
        if view != "wall":
            return frozenset({f"agent:{user.id}"})
        with self.units.database.read() as session:
            return frozenset(f"team:{team}" for team in agents.teams_seen_by(session, user))

    def arrived(self, member: Member, place: str) -> None:
        if not self.hub.join(member):
            self.hub.replace(member)
            return
        message = self._arrivals.welcome(member, place)
        if self.hub.holds(member):
            self._farewells.settle(member)
        member.ping_at = time.monotonic() + 0.2
        member.welcome(message)
        for other in self.hub.of_agent(member.agent):
            other.ping_at = min(
                other.ping_at, time.monotonic() + 0.2
            )  # a holder learns at once that others stand by

    def gone(self, member: Member) -> None:
        """The socket ended, without a word or after one: either way the client's silence counts
        from its last pong.
        """
        if self.hub.leave(member):
            self._farewells.gone(member)

    def claim(self, member: Member, message: dict[str, Any]) -> None:
        if member.view != "wall":
            self._claims((member, message))

    def _claimed(self, asked: list[tuple[Member, dict[str, Any]]]) -> list[None]:
        for organisation in {member.organisation for member, _ in asked}:
            with self.units.begin(organisation) as unit:
                for member, message in sorted(asked, key=_by_client):
                    if member.organisation == organisation and not _late(unit, member):
                        confirm, call = bool(message.get("confirm")), message.get("call")
                        lock_free = bool(message.get("lock_free"))
                        self.ownership.claim(
                            unit,
                            member.agent,
                            member.client,
                            confirm=confirm,
                            call=call,
                            lock_free=lock_free,
                        )
        return [None] * len(asked)

    def released(self, member: Member, message: dict[str, Any]) -> None:
        with self.units.begin(member.organisation) as unit:
            if not _late(unit, member):
                self.ownership.released(unit, member.agent, member.client, message["epoch"])

    def leaving(self, member: Member, message: dict[str, Any]) -> None:
        """The page goes away, maybe for a reload."""
        member.left = True
        with self.units.begin(member.organisation) as unit:
            if not _late(unit, member):
                self.ownership.leaving(unit, member.agent, member.client, message["epoch"])

    def left(self, organisation: str, agent: str, client: str, epoch: int, serial: int) -> None:
        """The same by HTTP. It may come after the reload: a newer socket has said hello then."""
        with self.units.begin(organisation) as unit:
            if client_store.is_superseded(unit.session, agent, client, serial) or (
                not serial
                and client_store.said_hello_since(unit.session, agent, client, unit.now - _RELOAD)
            ):
                return
            self.ownership.leaving(unit, agent, client, epoch)
        self._farewells.left(agent, client, serial)

    # ---- all clients of this worker

    def _ping(self) -> None:
        now = time.monotonic()
        open_ = [member for member in self.hub.members.values() if not member.connection.over]
        due = [member for member in open_ if member.ping_at <= now and member.held is None]
        for first in range(0, len(due), _AT_ONCE):
            all_or_each(due[first : first + _AT_ONCE], self._ping_some, log, member_name)
            gevent.sleep(0)

    def _ping_some(self, due: list[Member]) -> None:
        with self.units.database.read() as session:
            at = self.units.database.now(session)
            holders = client_store.holders(session, {member.agent for member in due})
            mine = {
                member: holders[member.agent][1]
                for member in due
                if holders.get(member.agent, ("", 0))[0] == member.client
            }
            others = self.leases.with_peers(
                session, {member.agent: member.client for member in mine}
            )
        for member in due:
            member.pings += 1
            pause = random.random() if member.pings <= _EARLY else 1.0  # noqa: S311 (who came together need not answer together for ever)
            often = _WALL_PINGS if member.view == "wall" else 1.0
            member.ping_at = time.monotonic() + self.settings.ping_seconds * pause * often
        self._tell_alone(mine, others)
        for member in due:
            confirmed = {"epoch": mine[member]} if member in mine else {}
            told = {
                "n": member.pings,
                "heard": member.written,
                "others": member in mine and member.agent in others,
                "at": at,
            }
            member.connection.send({"type": "ping", **told, **confirmed})

    def _tell_alone(self, mine: dict[Member, int], others: set[str]) -> None:
        """What holders may come to believe is stored before they are told, and kept until they have
        answered the opposite.
        """
        for member in mine:
            member.alone.sending(member.pings, member.agent in others)
        news = {
            member: (epoch, member.alone.no_peers)
            for member, epoch in mine.items()
            if member.stored_alone != (epoch, member.alone.no_peers)
        }
        if not news:
            return
        with self.units.database.write() as session:
            for member, (epoch, alone) in sorted(news.items(), key=lambda one: one[0].agent):
                self.leases.set_no_peers(session, member.agent, member.client, epoch, alone)
        for member, told in news.items():
            member.stored_alone = told

    def _tick(self) -> None:
        self.ownership.tick(lambda: gevent.sleep(0))

    def _silent(self) -> None:
        housekeeping.give_up_silent(self.units, self.leases)

    def _forget_args(self) -> None:
        housekeeping.forget_args(self.units.database)

    def _sign_ins(self) -> None:
        housekeeping.judge_sign_ins(self.hub, self.accounts, self.ownership)

    def goodbye_to_all(self) -> None:
        """The worker ends: every page comes back at once elsewhere.

        New sockets are refused from now on.
        """
        self.stopping = True
        for connection in list(self.connections):
            connection.goodbye(messages.RESTARTING, "restarting")

    def wait_for_all(self) -> None:
        """Until each has heard its goodbye, or had time to, and is written as gone."""
        while self.connections:
            gevent.sleep(0.05)
            self._write_farewells()
        self._write_farewells()  # of those who went while the others were written

    def _write_farewells(self) -> None:
        try:
            self._farewells.write(stopping=True)
        except Exception:
            log.exception("farewells failed: who is meant will count as silent")


def _by_client(asked: tuple[Member, dict[str, Any]]) -> tuple[str, str]:
    """The order in which all transactions lock the rows of clients."""
    return asked[0].agent, asked[0].client


def _late(unit: UnitOfWork, member: Member) -> bool:
    return client_store.is_superseded(unit.session, member.agent, member.client, member.serial)


def _forever(work: Callable[[], None], pause: float) -> None:
    while True:
        gevent.sleep(pause)
        try:
            work()
        except Exception:
            log.exception("%s failed and is tried again", work.__name__)
