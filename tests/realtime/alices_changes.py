"""Quick settings, changes of Alice, and the entries that were written of them, for tests of several
workers.
"""

from __future__ import annotations

import time

from sqlalchemy import select

from console.storage import journal, models
from console.storage.database import Database
from tests.servers.web_client import Socket, WebClient

QUICK: dict[str, object] = {
    "ping_seconds": 1,
    "suspect_seconds": 3,
    "fence_seconds": 4,
    "expire_seconds": 5,
    "start_grace_seconds": 1,
    "silent_call_seconds": 5,
    "secret_key": "k" * 48,
    "encryption_keys": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
}
AT_ONCE = 0.4  # seconds: well below the second after which the journal is read

_names = iter(range(10_000))


def fresh(name: str) -> str:
    return f"{name}-{next(_names)}"


def away(store: Database, alice: WebClient, reason: str) -> float:
    """Sets Alice away with a reason; returns how many seconds that took."""
    began = time.monotonic()
    for _ in range(3):  # a lease that moves meanwhile makes the epoch stale
        with store.read() as session:
            of_alice = select(models.Lease.epoch).join(
                models.User, models.User.id == models.Lease.agent_id
            )
            epoch = session.scalar(of_alice.where(models.User.username == "alice")) or 0
        words = {"client": "nobody", "epoch": epoch, "availability": "away", "reason": reason}
        answer = alice.post("/commands/set_availability", id=fresh("s"), **words)
        if answer.status_code != 409:
            break
    assert answer.status_code == 204, answer.text
    return time.monotonic() - began


def hears(socket: Socket, reason: str, timeout: float = 20.0) -> float:
    """Waits for this reason; returns how many seconds that took."""
    began = time.monotonic()
    socket.until("change", lambda message: reason in message.get("html", ""), timeout)
    return time.monotonic() - began


def quickest(
    store: Database, alices: tuple[WebClient, WebClient], sockets: list[Socket], word: str
) -> float:
    """The best time of some changes in a row, each received on the other worker before the next.

    Through the journal alone each would take the whole second until the next read; on a busy
    machine some take long anyhow.
    """
    took = []
    for n in range(6):
        away(store, alices[n % 2], f"{word} {n}")
        took.append(hears(sockets[1 - n % 2], f"{word} {n}"))
    return min(took[1:])


def numbers(socket: Socket) -> list[int]:
    """The changes of Alice herself since the socket's last welcome: those of her colleagues'
    presence come too.
    """
    changes = [message for message in socket.seen if message["type"] == "change"]
    return [message["seq"] for message in changes if 'hx-target="#availability"' in message["html"]]


def catches_up(socket: Socket, last: int) -> None:
    """Waits for the change with this number, unless it has come, and for half a second more."""
    if max(numbers(socket), default=0) < last:
        socket.until("change", lambda message: message["seq"] >= last)
    socket.quiet(0.5)


def written(store: Database, after: int, agent: str = "Alice") -> list[int]:
    with store.read() as session:
        home = session.query(models.User.organisation_id).filter_by(name=agent).scalar()
        lines = journal.after(session, home, after)
    return [
        line.seq
        for line in lines
        if line.type == "agent" and line.payload["agent"]["name"] == agent
    ]


def client_row(store: Database, client: str) -> models.Client:
    with store.read() as session:
        return session.query(models.Client).filter_by(id=client).one()


def give_back(*sockets: Socket) -> None:
    for socket in sockets:
        if socket.epoch:
            socket.send(type="lease.release", epoch=socket.epoch)
            socket.until("lease.denied")
