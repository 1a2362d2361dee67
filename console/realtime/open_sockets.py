"""All websockets of one worker, before and after their hello, and their end with the worker."""

from __future__ import annotations

import logging

import gevent

from . import messages
from .disconnects import Disconnects
from .websocket_connection import WebSocketConnection

log = logging.getLogger(__name__)


class OpenSockets:
    def __init__(self, disconnects: Disconnects) -> None:
        self._disconnects = disconnects
        self._sockets: set[WebSocketConnection] = set()
        self.stopping = False  # new sockets are refused

    def __len__(self) -> int:
        return len(self._sockets)

    def add(self, socket: WebSocketConnection) -> None:
        self._sockets.add(socket)

    def discard(self, socket: WebSocketConnection) -> None:
        self._sockets.discard(socket)

    def say_goodbye(self) -> None:
        """Ends every socket, so that its page comes back elsewhere, and refuses new ones."""
        self.stopping = True
        for socket in list(self._sockets):
            socket.goodbye(messages.RESTARTING, "restarting")

    def wait_until_closed(self) -> None:
        """Waits until each page has had time to read its goodbye and is written as disconnected."""
        while self._sockets:
            gevent.sleep(0.05)
            self._write_disconnects()
        self._write_disconnects()  # of those that ended while the others were written

    def _write_disconnects(self) -> None:
        try:
            self._disconnects.write_late(stopping=True)
        except Exception:
            log.exception("clients that disconnected could not be written: they count as silent")
