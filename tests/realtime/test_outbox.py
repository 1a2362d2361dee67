"""The outbox of one socket: never waits, loses nothing and mixes nothing, and gives up a reader who
is too far behind.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator

import gevent
import pytest

from console.realtime.send_queue import LIMIT, Outbox

Pair = tuple[Outbox, socket.socket, list[str]]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """An outbox with a small kernel buffer, its reader, and what it complained of."""
    near, far = socket.socketpair()
    near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    near.setblocking(False)
    far.setblocking(False)
    complaints: list[str] = []
    outbox = Outbox(near, lambda: complaints.append("overflow"))
    yield outbox, far, complaints
    outbox.close()
    near.close()
    far.close()


def read(far: socket.socket, wanted: int) -> bytes:
    got = b""
    with gevent.Timeout(5):
        while len(got) < wanted:
            try:
                got += far.recv(1 << 16)
            except BlockingIOError:
                gevent.sleep(0.001)
    return got


def test_what_the_kernel_takes_leaves_at_once(pair: Pair) -> None:
    outbox, far, _ = pair
    outbox.push(b"hello")
    assert far.recv(10) == b"hello"
    assert outbox.waiting == 0


def test_what_does_not_fit_waits_and_arrives_whole_and_in_order(pair: Pair) -> None:
    outbox, far, complaints = pair
    parts = [bytes([n]) * 5000 for n in range(100)]
    for part in parts:
        outbox.push(part)
    assert outbox.waiting > 0
    assert read(far, 500_000) == b"".join(parts)
    gevent.sleep(0.01)
    assert outbox.waiting == 0
    outbox.push(b"after")
    assert read(far, 5) == b"after"
    assert complaints == []


def test_a_reader_who_is_too_far_behind_is_given_up_once(pair: Pair) -> None:
    outbox, _, complaints = pair
    for _n in range(LIMIT // 10_000 + 50):
        outbox.push(b"x" * 10_000)
    assert complaints == ["overflow"]
    assert outbox.closed
    assert outbox.waiting == 0


def test_a_reader_who_has_gone_is_no_error(pair: Pair) -> None:
    outbox, far, complaints = pair
    far.close()
    for _ in range(5):
        outbox.push(b"x" * 10_000)
    assert outbox.closed
    assert complaints == []
