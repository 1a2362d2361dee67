"""A worker whose clients fall silent and come back, and calls that people make there."""

from __future__ import annotations

from typing import cast

from console.domain.lease_model import LeaseTimings
from console.realtime.fragments import Fragments
from console.realtime.heartbeat import Heartbeat
from console.realtime.hub import Hub, Member
from console.realtime.websocket_connection import WebSocketConnection
from console.services.switchboard import Switchboard
from console.storage import models
from console.storage.leases import Leases
from tests.cast import Cast
from tests.realtime.listeners import FakeSocket, Renders
from tests.services.test_switchboard import Phone

SILENT, GIVEN_UP = 40_000, 700_000


class CallWorker:
    """A worker of Console. `grace`: ms for which it ends nothing after its start."""

    def __init__(self, cast_: Cast, grace: int = 0) -> None:
        self.cast = cast_
        leases = Leases(cast_.database, LeaseTimings(start_grace=grace))
        silent_after = cast_.units.silent_after
        cast_.leases = leases
        cast_.switchboard = Switchboard(cast_.units, leases, leases.clock, silent_after)
        self.carriers = cast_.carriers()
        self.due_work = cast_.due_work(self.carriers)
        hub = Hub(cast_.database, cast("Fragments", Renders()))
        self.heartbeat = Heartbeat(hub, cast_.database, cast_.units, leases, self.carriers, "w")
        self.members: dict[str, Member] = {}

    def member(self, client: str) -> Member:
        if client not in self.members:
            socket = cast(WebSocketConnection, FakeSocket())
            facts = ("home", "alice", client, "b", "workspace", "en", frozenset[str](), "session")
            self.members[client] = Member(*facts, socket)
        return self.members[client]

    def pong(self, client: str, *calls: str, epoch: int = 1) -> None:
        member = self.member(client)
        member.ping.sent += 1
        known = {"audible": True, "microphone": "granted", "registered": True, "visible": True}
        said = {"n": member.ping.sent, "epoch": epoch, "used": 1.0, "calls": list(calls), **known}
        self.heartbeat.receive(member, said)

    def silent(self, agent: str, client: str, ms: int = SILENT) -> None:
        """The client was last heard of `ms` ago."""
        with self.cast.database.write() as session:
            row = session.get_one(models.Client, (agent, client))
            row.heard_at = self.cast.database.now(session) - ms

    def began(self, agent: str, ms: int) -> None:
        """The agent's calls began `ms` ago."""
        with self.cast.database.write() as session:
            at = self.cast.database.now(session) - ms
            session.query(models.Call).filter_by(agent_id=agent).update({"started_at": at})

    def tick(self) -> None:
        self.due_work.tick()

    def states(self, agent: str = "alice") -> list[str]:
        return [call.state for call in self.cast.calls(agent)]


def rings(phone: Phone, call: str, number: str = "1001") -> None:
    phone.says("ringing", call, 200, direction="inbound", number=number, external=[["sip", "x"]])


def talk(alice: Phone, bob: Phone) -> None:
    """Alice has called Bob."""
    alice.says("dialing", "a", direction="outbound", number="1002", external=[["sip", "x"]])
    rings(bob, "b")
    for phone, call in ((alice, "a"), (bob, "b")):
        phone.says("answered", call, 1000)
