"""The send queue of one socket: it never waits, keeps bytes whole and in order, and gives up a
reader that is too far behind.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator

import gevent
import pytest

from console.realtime.send_queue import LIMIT, SendQueue

Pair = tuple[SendQueue, socket.socket, list[str]]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A send queue with a small kernel buffer, its reader, and its complaints."""
    near, far = socket.socketpair()
    near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    near.setblocking(False)
    far.setblocking(False)
    complaints: list[str] = []
    send_queue = SendQueue(near, lambda: complaints.append("overflow"))
    yield send_queue, far, complaints
    send_queue.close()
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


def test_bytes_that_the_kernel_takes_leave_at_once(pair: Pair) -> None:
    send_queue, far, _ = pair
    send_queue.push(b"hello")
    assert far.recv(10) == b"hello"
    assert send_queue.waiting == 0


def test_bytes_beyond_the_buffer_arrive_in_order(pair: Pair) -> None:
    send_queue, far, complaints = pair
    parts = [bytes([n]) * 5000 for n in range(100)]
    for part in parts:
        send_queue.push(part)
    assert send_queue.waiting > 0
    assert read(far, 500_000) == b"".join(parts)
    gevent.sleep(0.01)
    assert send_queue.waiting == 0
    send_queue.push(b"after")
    assert read(far, 5) == b"after"
    assert complaints == []


def test_a_reader_that_is_too_far_behind_is_given_up_once(pair: Pair) -> None:
    send_queue, _, complaints = pair
    for _n in range(LIMIT // 10_000 + 50):
        send_queue.push(b"x" * 10_000)
    assert complaints == ["overflow"]
    assert send_queue.closed
    assert send_queue.waiting == 0


def test_a_reader_that_has_gone_is_no_error(pair: Pair) -> None:
    send_queue, far, complaints = pair
    far.close()
    for _ in range(5):
        send_queue.push(b"x" * 10_000)
    assert send_queue.closed
    assert complaints == []
