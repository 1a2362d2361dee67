"""Clients on this worker that said hello, and what the worker knows about each."""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass, field
from typing import Any

from ..domain.lease_model import PeerNotice
from ..storage.client_store import LastPong
from .websocket_connection import WebSocketConnection


@dataclass(eq=False, slots=True)
class PingState:
    """The pings to one client. Written by pings.py; others only ask for a ping with `due_now`."""

    sent: int = 0  # the number of the last ping
    due_at: float = 0.0  # when the next one leaves, on the monotonic clock

    def due_now(self) -> None:
        self.due_at = 0.0


@dataclass(eq=False, slots=True)
class HeartbeatState:
    """The pongs of one client and their reports. Created by hello.py, written by heartbeat.py."""

    last_pong: int = 0  # the last ping that was answered
    stored_pong: int = 0  # the last pong that is in the database
    pong: LastPong | None = None  # the last pong's report
    shown: tuple[str, bool] | None = None  # microphone and registered, as other pages show them
    claims_phone: bool = False  # the last pong said that the client owns the phone
    confirmed_epoch: int = 0  # the epoch with which it last answered
    counted_pong: int = 0  # the last pong whose missing calls were counted
    missing_calls: dict[str, int] = field(
        default_factory=dict
    )  # call → how many pongs in a row did not name it


@dataclass(eq=False, slots=True)
class LeaseState:
    """The notice that one client may believe about the agent's other clients.

    Created by hello.py, written by pings.py.
    """

    notice: PeerNotice = field(default_factory=lambda: PeerNotice(False))
    stored: tuple[int, bool] = (0, False)  # epoch and notice in the lease's row


@dataclass(eq=False, slots=True)
class SnapshotState:
    """The snapshot that one client was sent. Written by Member."""

    seq: float = math.inf  # the number of the snapshot
    # changes that wait until the snapshot has left; None when it has
    held: list[bytes] | None = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Member:
    """One client that said hello: its identity and its socket."""

    organisation: str
    agent: str
    client: str
    browser: str
    view: str
    language: str
    topics: frozenset[str]
    session_id: str
    socket: WebSocketConnection
    serial: int = 0  # counted up by the page with each socket; 0: the page does not count
    epoch: int = 0  # of the phone that the page has, according to its hello
    formerly: str = ""  # its client id before another document had the same
    token: str = field(
        default_factory=lambda: secrets.token_hex(8)
    )  # names this socket, also to other workers
    # Its session has ended, and the socket stays for the facts of its call. Written by hub.py.
    signed_out: bool = False
    # The journal's number at the hello: earlier entries about its client are not about this socket.
    # Written by hello.py.
    joined_seq: float = math.inf
    ping: PingState = field(default_factory=PingState)
    heartbeat: HeartbeatState = field(default_factory=HeartbeatState)
    lease: LeaseState = field(default_factory=LeaseState)
    snapshot: SnapshotState = field(default_factory=SnapshotState)

    @property
    def welcomed(self) -> bool:
        return self.snapshot.held is None

    def push(self, data: bytes) -> None:
        held = self.snapshot.held
        if held is None:
            self.socket.send_queue.push(data)
        else:
            held.append(data)

    def welcome(self, message: dict[str, Any]) -> None:
        """Sends the snapshot, then the changes that came meanwhile; the browser drops those that
        the snapshot already holds.
        """
        self.socket.send(message)
        snapshot = self.snapshot
        snapshot.seq = message.get("seq", snapshot.seq)
        held, snapshot.held = snapshot.held or [], None
        for data in held:
            self.socket.send_queue.push(data)


def member_name(member: Member) -> str:
    """The member in a log entry."""
    return f"client {member.client} of agent {member.agent}"
