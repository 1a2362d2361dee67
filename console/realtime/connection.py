"""One websocket: the only owner of its socket. A greenlet reads while there is something to read;
an outbox writes.

flask-sock opens the websocket; its reading thread and its sending are not used, because its send is
not safe beside another and its receive can hang for ever. What is used is the handshake and
wsproto's parser. The socket is taken out of its request, which ends: a greenlet that waits deep
inside a request costs more memory than all that a quiet socket needs.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from typing import Any

import gevent
from gevent.monkey import get_original
from simple_websocket import Server
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage
from wsproto.utilities import RemoteProtocolError

from ..services.rate_limit import RateLimit
from . import messages
from .frames import close_frame, pong_frame, text_frame
from .send_queue import SendQueue

log = logging.getLogger(__name__)

_READABLE = 1
# seconds for the other side to answer our close frame: without a half-close Chromium reports 1006
_LINGER = 2.0
_BROKEN = (
    1002,
    1003,
    1007,
    1009,
)  # wsproto reports what it cannot read as a close with one of these
FLOOD = "too many messages"
_RATE, _BURST = 50.0, 200.0  # frames of any kind a second, and how many may come at once


class InlineThread:
    """Takes the place of simple-websocket's reading thread, which would wait for as long as the
    socket lives.
    """

    name = ""

    def __init__(self, target: Callable[[], None]) -> None:
        self.target = target

    def start(self) -> None:
        """Nothing to start."""


class NoEvent:
    """simple-websocket's event, which nobody waits for."""

    def set(self) -> None: ...

    def clear(self) -> None: ...

    def wait(self, timeout: float | None = None) -> bool:
        return True


class Connection:
    __slots__ = (
        "_on_end",
        "_on_flood",
        "_on_message",
        "_parts",
        "_protocol",
        "_rate_limit",
        "_size",
        "_socket",
        "_watcher",
        "close_code",
        "over",
        "send_queue",
    )  # fmt: skip

    def __init__(self, ws: Server) -> None:
        self._protocol = ws.ws.connection  # without the handshake's own parser
        # A plain socket, and ours alone: gevent's has two watchers of its own, and the request
        # closes what it has when it ends.
        self._socket: socket.socket = get_original("socket", "socket")(fileno=ws.sock.detach())
        self._socket.setblocking(False)
        ws.connected = False  # flask-sock must not send a close frame of its own
        self._watcher = gevent.get_hub().loop.io(self._socket.fileno(), _READABLE)
        self._parts: list[str] = []
        self._size = 0
        self._rate_limit = RateLimit(_RATE, _BURST)
        self.send_queue = SendQueue(self._socket, self._overflowed)
        self.over = False
        self.close_code: int | None = None

    def send(self, message: dict[str, Any]) -> None:
        """Nothing follows a goodbye."""
        if not self.over:
            self.send_queue.push(text_frame(messages.encode(message)))

    def goodbye(self, code: int, reason: str) -> None:
        """Says why, closes, and ends the reading. Harmless when it is over already."""
        if self.over:
            return
        self.over = True
        self.close_code = code
        self.send_queue.push(
            text_frame(messages.encode({"type": "goodbye", "code": code, "reason": reason}))
        )
        self.send_queue.push(close_frame(code, reason))
        gevent.spawn(self._linger)

    def _linger(self) -> None:
        """Lets the other side read what we said: half-close once it has left, hang up after a
        while.
        """
        deadline = time.monotonic() + _LINGER
        while self.send_queue.waiting and time.monotonic() < deadline:
            gevent.sleep(0.05)
        self._shut(socket.SHUT_WR)
        gevent.sleep(max(0.0, deadline - time.monotonic()))
        self.hang_up()

    def hang_up(self) -> None:
        """Ends the socket without a word."""
        self.over = True
        self.send_queue.close()
        self._shut(socket.SHUT_RDWR)

    def _shut(self, how: int) -> None:
        try:
            self._socket.shutdown(how)
        except OSError:
            pass  # the other side was quicker

    def _overflowed(self) -> None:
        self.close_code = messages.TOO_SLOW
        self.hang_up()

    def open(
        self,
        on_message: Callable[[dict[str, Any]], None],
        on_end: Callable[[], None],
        on_flood: Callable[[], None] = lambda: None,
    ) -> None:
        """Each good message goes to `on_message`, one after the other; a bad one is answered with a
        goodbye.

        `on_flood`: once at most, when too many frames have ended the socket. `on_end`: once, at
        last.
        """
        self._on_message, self._on_end, self._on_flood = on_message, on_end, on_flood
        self._watcher.start(self._readable)

    def _readable(self) -> None:
        """Called by the event loop, which must not wait."""
        self._watcher.stop()
        gevent.spawn(self._read)

    def _read(self) -> None:
        """One piece of what has come: who sends without a pause must not keep the others from their
        turn.
        """
        data = self._receive()
        if data == b"":
            self._end()
            return
        if data and not self.over:  # after a goodbye only the other side's close is waited for
            self._take(data)
        self._watcher.start(self._readable)

    def _receive(self) -> bytes | None:
        """Empty when the socket has ended, none when nothing more has come."""
        try:
            return self._socket.recv(16384)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def _end(self) -> None:
        self.over = True
        self.send_queue.close()
        self._watcher.close()
        self._socket.close()
        self._on_end()

    def unread(self) -> bool:
        """Whether the other side has sent something that waits to be read here."""
        try:
            return bool(self._socket.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def _take(self, data: bytes) -> None:
        try:
            self._protocol.receive_data(data)
            for event in self._protocol.events():
                self._handle(event)
        except RemoteProtocolError:
            self.goodbye(messages.BAD_MESSAGE, "not a websocket frame")
        except Exception:
            log.exception("a socket failed")
            self.goodbye(1011, "internal error")

    def _handle(self, event: object) -> None:
        if self.over:
            return
        if _is_frame(event) and not self._rate_limit.take():
            self.goodbye(messages.TOO_MANY, FLOOD)
            self._on_flood()
        elif isinstance(event, TextMessage):
            self._text(event)
        elif isinstance(event, BytesMessage):
            self.goodbye(messages.BAD_MESSAGE, "text frames only")
        elif isinstance(event, Ping):
            self.send_queue.push(pong_frame(bytes(event.payload)))
        elif isinstance(event, CloseConnection) and event.code in _BROKEN:
            self.goodbye(messages.BAD_MESSAGE, "not a websocket frame")
        elif isinstance(event, CloseConnection):
            self.over = True
            self.send_queue.push(close_frame(1000 if event.code == 1005 else int(event.code), ""))
            self._shut(socket.SHUT_WR)

    def _text(self, event: TextMessage) -> None:
        self._size += len(event.data)
        if self._size > messages.MAX_BYTES:
            self.goodbye(messages.BAD_MESSAGE, "message too long")
            return
        self._parts.append(event.data)
        if not event.message_finished:
            return
        text, self._parts, self._size = "".join(self._parts), [], 0
        try:
            message = messages.decode(text)
        except messages.BadMessage as error:
            self.goodbye(messages.BAD_MESSAGE, str(error))
            return
        self._on_message(message)
        gevent.sleep(0)  # a piece may hold hundreds of messages


def _is_frame(event: object) -> bool:
    """A whole frame has come, whatever it holds: an empty piece of a message costs as much as a
    message.
    """
    return isinstance(event, Ping | Pong) or (
        isinstance(event, TextMessage) and event.frame_finished
    )
