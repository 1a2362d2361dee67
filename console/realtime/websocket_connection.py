"""One websocket, the only owner of its socket. A greenlet reads while there is something to read; a
send queue writes.

flask-sock opens the websocket; its reading thread and its sending are not used, because its send is
not safe beside another and its receive can hang for ever. Only the handshake and wsproto's parser
are used. The socket is taken out of its request, which ends: a greenlet that waits deep inside a
request costs more memory than all that a quiet socket needs.
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
_BROKEN = (1002, 1003, 1007, 1009)  # the close codes with which wsproto reports unreadable data
FLOOD = "too many messages"
_RATE, _BURST = 50.0, 200.0  # frames of any kind a second, and how many may come at once


class InlineThread:
    """Replaces simple-websocket's reading thread, which would wait as long as the socket lives."""

    name = ""

    def __init__(self, target: Callable[[], None]) -> None:
        self.target = target

    def start(self) -> None:
        """Nothing to start."""


class NoEvent:
    """Replaces simple-websocket's event, for which nobody waits."""

    def set(self) -> None: ...

    def clear(self) -> None: ...

    def wait(self, timeout: float | None = None) -> bool:
        return True


class WebSocketConnection:
    __slots__ = (
        "_on_end",
        "_on_flood",
        "_on_message",
        "_pieces",
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
        # A plain socket that the request does not know: gevent's has two watchers of its own, and
        # the request closes its socket when it ends.
        self._socket: socket.socket = get_original("socket", "socket")(fileno=ws.sock.detach())
        self._socket.setblocking(False)
        ws.connected = False  # flask-sock must not send a close frame of its own
        self._watcher = gevent.get_hub().loop.io(self._socket.fileno(), _READABLE)
        self._pieces: list[str] = []
        self._size = 0
        self._rate_limit = RateLimit(_RATE, _BURST)
        self.send_queue = SendQueue(self._socket, self._overflowed)
        self.over = False
        self.close_code: int | None = None

    def send(self, message: dict[str, Any]) -> None:
        """Sends a message; nothing follows a goodbye."""
        if not self.over:
            self.send_queue.push(text_frame(messages.encode(message)))

    def goodbye(self, code: int, reason: str) -> None:
        """Sends the reason, closes, and ends the reading. Does nothing after the first time."""
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
        """Half-closes once the goodbye has left, and hangs up after a while, so that the other side
        can read it.
        """
        deadline = time.monotonic() + _LINGER
        while self.send_queue.waiting and time.monotonic() < deadline:
            gevent.sleep(0.05)
        self._shut(socket.SHUT_WR)
        gevent.sleep(max(0.0, deadline - time.monotonic()))
        self.hang_up()

    def hang_up(self) -> None:
        """Ends the socket without a goodbye."""
        self.over = True
        self.send_queue.close()
        self._shut(socket.SHUT_RDWR)

    def _shut(self, how: int) -> None:
        try:
            self._socket.shutdown(how)
        except OSError:
            pass  # the other side has closed it already

    def _overflowed(self) -> None:
        self.close_code = messages.TOO_SLOW
        self.hang_up()

    def open(
        self,
        on_message: Callable[[dict[str, Any]], None],
        on_end: Callable[[], None],
        on_flood: Callable[[], None] = lambda: None,
    ) -> None:
        """Gives each valid message to `on_message`, one after the other; an invalid one is answered
        with a goodbye.

        `on_flood` is called at most once, when too many frames have ended the socket; `on_end`
        once, at the end.
        """
        self._on_message, self._on_end, self._on_flood = on_message, on_end, on_flood
        self._watcher.start(self._readable)

    def _readable(self) -> None:
        """The event loop calls it, and must not wait."""
        self._watcher.stop()
        gevent.spawn(self._read)

    def _read(self) -> None:
        """Reads one piece and yields, so that a client that sends without a pause cannot starve the
        others.
        """
        data = self._receive()
        if data == b"":
            self._end()
            return
        if data and not self.over:  # after a goodbye only the other side's close matters
            self._take(data)
        self._watcher.start(self._readable)

    def _receive(self) -> bytes | None:
        """Bytes; empty when the socket has ended, None when no more bytes are available."""
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
        """Whether the other side has sent bytes that were not read here yet."""
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
        self._pieces.append(event.data)
        if not event.message_finished:
            return
        text, self._pieces, self._size = "".join(self._pieces), [], 0
        try:
            message = messages.decode(text)
        except messages.BadMessage as error:
            self.goodbye(messages.BAD_MESSAGE, str(error))
            return
        self._on_message(message)
        gevent.sleep(0)  # a piece may hold hundreds of messages


def _is_frame(event: object) -> bool:
    """Whether a whole frame has arrived: an empty piece of a message costs as much as a message."""
    return isinstance(event, Ping | Pong) or (
        isinstance(event, TextMessage) and event.frame_finished
    )
