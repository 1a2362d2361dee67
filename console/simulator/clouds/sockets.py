"""Websockets of JSON messages, for the clouds of all vendors."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import gevent
from gevent.queue import SimpleQueue
from simple_websocket import ConnectionClosed, Server


class SocketWriter:
    """Writes in a greenlet of its own, so that no sender waits; the exchange least of all."""

    def __init__(self, ws: Server) -> None:
        self._ws = ws
        self._queue: SimpleQueue[Any] = SimpleQueue()
        self._greenlet = gevent.spawn(self._write)

    def send(self, message: dict[str, Any]) -> None:
        self._queue.put(message)

    def drop(self) -> None:
        """Cut the connection without a close frame, as a network does."""
        try:
            self._ws.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the other side was quicker

    def _write(self) -> None:
        try:
            while True:
                self._ws.send(json.dumps(self._queue.get()))
        except (ConnectionClosed, OSError):
            pass  # the reader notices as well

    def close(self) -> None:
        self._greenlet.kill(block=False)


def read_messages(ws: Server, on_message: Callable[[dict[str, Any]], None]) -> None:
    """Read JSON objects until the socket ends; anything else is ignored."""
    try:
        while True:
            message = _object(ws.receive())
            if message is not None:
                on_message(message)
    except ConnectionClosed:
        pass


def _object(text: str | bytes) -> dict[str, Any] | None:
    try:
        message = json.loads(text)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None
