"""The time limit of a whole request."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from threading import Timer
from types import TracebackType
from typing import Any, Self


class Deadline:
    """Ends a request as a whole: a timeout of each read would not stop a server that sends one byte
    per second.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.over = False
        self._connected: list[socket.socket] = []
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        for connection in self._connected:
            connection.close()

    def connect(self, found: Iterable[Any]) -> socket.socket:
        """Connects to the first of the addresses that answers."""
        last: OSError = OSError("no address")
        for family, kind, protocol, _name, place in found:
            if self.over:
                break
            connection = socket.socket(family, kind, protocol)
            connection.settimeout(self.seconds)
            try:
                connection.connect(place)
            except OSError as error:
                connection.close()
                self.over = self.over or isinstance(error, TimeoutError)
                last = error
                continue
            # TLS takes the descriptor over; a duplicate of it can be shut down at any time.
            self._connected.append(connection.dup())
            return connection
        raise last

    def _cut(self) -> None:
        self.over = True
        for each in list(self._connected):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # already closed
