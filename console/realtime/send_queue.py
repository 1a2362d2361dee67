"""The send queue of one socket: non-blocking and bounded, so that a slow reader delays no other.

Bytes go straight to the kernel while it takes them. The rest waits in a backlog that an EPOLLOUT
watcher drains (a send may take only a part). A backlog over the limit hangs up this client only.
"""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Callable
from typing import Any

from gevent import get_hub

LIMIT = 1 << 20  # bytes
_WRITABLE = 2
_AT_ONCE = 64  # buffers in one sendmsg


class SendQueue:
    __slots__ = ("_backlog", "_size", "_socket", "_watcher", "closed", "on_overflow")

    def __init__(self, sock: socket.socket, on_overflow: Callable[[], None]) -> None:
        self._socket = sock
        self._backlog: deque[memoryview] | None = None  # most sockets never need one
        self._size = 0
        self._watcher: Any = None
        self.closed = False
        self.on_overflow = on_overflow

    def push(self, data: bytes) -> None:
        if self.closed:
            return
        if self._backlog:
            self._hold(memoryview(data))
            return
        try:
            sent = self._socket.send(data, socket.MSG_DONTWAIT)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.close()
            return
        if sent != len(data):
            self._hold(memoryview(data)[sent:])

    def _hold(self, rest: memoryview) -> None:
        if self._size + len(rest) > LIMIT:
            self.close()
            self.on_overflow()
            return
        self._backlog = self._backlog or deque()
        self._backlog.append(rest)
        self._size += len(rest)
        if self._watcher is None:
            self._watcher = get_hub().loop.io(self._socket.fileno(), _WRITABLE)
            self._watcher.start(self._drain)

    def _drain(self) -> None:
        try:
            while self._backlog:
                buffers = [self._backlog[i] for i in range(min(len(self._backlog), _AT_ONCE))]
                self._drop(self._socket.sendmsg(buffers, (), socket.MSG_DONTWAIT))
        except BlockingIOError:
            return
        except OSError:
            self.close()
            return
        self._stop_watching()

    def _drop(self, sent: int) -> None:
        self._size -= sent
        while sent and self._backlog:
            head = self._backlog[0]
            if sent < len(head):
                self._backlog[0] = head[sent:]
                return
            sent -= len(head)
            self._backlog.popleft()

    @property
    def waiting(self) -> int:
        """Bytes that the kernel has not taken yet."""
        return self._size

    def _stop_watching(self) -> None:
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher.close()
            self._watcher = None

    def close(self) -> None:
        """Sends nothing any more, and drops the backlog."""
        self.closed = True
        self._backlog = None
        self._size = 0
        self._stop_watching()
