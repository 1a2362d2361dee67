"""One websocket from its opening to its end: its hello, its messages, its limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import gevent
from flask import request

from ..domain.languages import DEFAULT_LANGUAGE, LANGUAGES
from ..security.browser_name import browser_name
from ..security_log import SecurityEvent, security_event
from ..storage import models
from ..storage.database import Database
from . import messages
from .disconnects import Disconnects
from .hello import Hellos
from .members import Member
from .open_sockets import OpenSockets
from .socket_limits import SocketLimits
from .topics import topics_of
from .websocket_connection import FLOOD, WebSocketConnection

# No page says hello as "embed" yet: it is the view of an embedding site's frame.
_VIEWS = {
    "workspace": ("agent", "supervisor", "admin"),
    "embed": ("agent", "supervisor", "admin"),
    "wall": ("supervisor", "admin"),
}
_LOGGED = {messages.NOT_ALLOWED: SecurityEvent.denied, messages.TOO_MANY: SecurityEvent.limited}

MessageHandlers = Mapping[str, Callable[[Member, dict[str, Any]], None]]
SignedIn = tuple[models.User, str]  # and the session's id


@dataclass(frozen=True, slots=True)
class SessionServices:
    """The services that every session uses.

    `handlers`: a function for each message but the hello.
    """

    database: Database
    sockets: OpenSockets
    limits: SocketLimits
    hello: Hellos
    disconnects: Disconnects
    handlers: MessageHandlers
    hello_seconds: float


class SocketSession:
    __slots__ = (
        "address",
        "counted_user",
        "member",
        "place",
        "services",
        "signed_in",
        "socket",
        "timer",
        "user",
    )

    def __init__(
        self, socket: WebSocketConnection, services: SessionServices, signed_in: SignedIn | None
    ) -> None:
        self.socket = socket
        self.services = services
        self.signed_in = signed_in
        self.user = signed_in[0].id if signed_in else ""
        self.address = request.remote_addr  # the request is over when a socket is refused
        self.member: Member | None = None
        self.counted_user = ""  # the user, while this socket counts as one without a hello
        self.place = browser_name(request.headers.get("User-Agent", ""))

    def start(self) -> None:
        """Opens the session; then the request ends, and the event loop keeps the socket, and the
        socket the session.
        """
        sockets = self.services.sockets
        self.timer: gevent.Greenlet | None = self._wait_for_hello()
        sockets.add(self.socket)
        if sockets.stopping:
            self.socket.goodbye(messages.RESTARTING, "restarting")
        elif self.signed_in is None:
            self.socket.goodbye(messages.SIGN_IN, "sign in")
        elif self.services.limits.opens(self.user):
            self.counted_user = self.user
        else:
            self._refuse(messages.TOO_MANY, "too many sockets")
        self.socket.open(self.receive, self.end, self._flooded)

    def _wait_for_hello(self) -> gevent.Greenlet:
        return gevent.spawn_later(self.services.hello_seconds, self._no_hello)

    def _refuse(self, code: int, reason: str) -> None:
        self._log(code, reason)
        self.socket.goodbye(code, reason)

    def _flooded(self) -> None:
        self._log(messages.TOO_MANY, FLOOD)

    def _log(self, code: int, reason: str) -> None:
        if code in _LOGGED:
            security_event(_LOGGED[code], self.user, address=self.address, socket=reason)

    def end(self) -> None:
        """The socket has ended."""
        self._stop_waiting()
        self._count_hello()
        try:
            if self.member is not None:
                self.services.disconnects.ended(self.member)
        finally:
            self.services.sockets.discard(self.socket)  # last: the worker's end waits for this

    def _no_hello(self) -> None:
        """Ends a silent socket. Bytes that were not read yet are this worker's delay, as when all
        pages come back at once.
        """
        if self.socket.unread():
            self.timer = self._wait_for_hello()
        elif self.member is None:
            self.socket.goodbye(messages.TOO_SLOW, "no hello")

    def _stop_waiting(self) -> None:
        """Drops the timer, so that no socket keeps one that is of no use any more."""
        timer, self.timer = self.timer, None
        if timer is not None:
            timer.kill(block=False)

    def _count_hello(self) -> None:
        user, self.counted_user = self.counted_user, ""
        if user:
            self.services.limits.said_hello(user)

    def receive(self, message: dict[str, Any]) -> None:
        """Handles one message of the page."""
        if message["type"] == "hello":
            self._hello(message)
        elif self.member is None:
            self.socket.goodbye(messages.BAD_MESSAGE, "hello comes first")
        else:
            self.services.handlers[message["type"]](self.member, message)

    def _hello(self, message: dict[str, Any]) -> None:
        if self.member is not None or self.signed_in is None:
            self.socket.goodbye(messages.BAD_MESSAGE, "one hello only")
            return
        (user, session_id), self.signed_in = self.signed_in, None
        self._count_hello()
        problem = _problem(user, message)
        if problem is None and not self.services.limits.has_room(user.id, message["client"]):
            problem = messages.TOO_MANY, "too many pages"
        if problem:
            self._refuse(*problem)
            return
        self.member = self._new_member(user, session_id, message)
        self._stop_waiting()
        self.services.hello.receive(self.member, self.place)

    def _new_member(self, user: models.User, session_id: str, hello: dict[str, Any]) -> Member:
        language = hello["locale"].partition("-")[0].partition("_")[0]
        return Member(
            organisation=user.organisation_id,
            agent=user.id,
            client=hello["client"],
            formerly=hello.get("formerly") or "",
            serial=hello.get("serial") or 0,
            epoch=hello.get("epoch") or 0,
            browser=hello.get("browser") or "",
            view=hello["view"],
            language=language if language in LANGUAGES else DEFAULT_LANGUAGE,
            topics=topics_of(self.services.database, user, hello["view"]),
            session_id=session_id,
            socket=self.socket,
        )


def _problem(user: models.User, hello: dict[str, Any]) -> tuple[int, str] | None:
    roles = _VIEWS.get(hello["view"])
    if roles is None:
        return messages.BAD_MESSAGE, "hello: unknown view"
    if user.role not in roles:
        return messages.NOT_ALLOWED, "not allowed"
    return None
