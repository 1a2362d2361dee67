"""/realtime: who may open a socket, the hello, and what each message of the list does."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import gevent
from flask import Flask, abort, g, request
from flask_sock import Sock
from simple_websocket import Server

from ..domain.languages import DEFAULT_LANGUAGE, LANGUAGES
from ..security.browser_name import browser_words
from ..security.guards import current_user
from ..security.tickets import redeem_ticket
from ..security_log import SecurityEvent, security_event
from ..storage import models
from . import messages
from .connection import FLOOD, Connection, InlineThread, NoEvent
from .hub import Member
from .presence import Presence

log = logging.getLogger(__name__)

PROTOCOL = "console.v1"
_TICKET = "ticket."
_VIEWS = {
    "workspace": ("agent", "supervisor", "admin"),
    "embed": ("agent", "supervisor", "admin"),
    "wall": ("supervisor", "admin"),
}
_LOGGED = {messages.NOT_ALLOWED: SecurityEvent.denied, messages.TOO_MANY: SecurityEvent.limited}


def join_realtime(app: Flask, presence: Presence, origin: str, hello_seconds: float) -> None:
    app.config["SOCK_SERVER_OPTIONS"] = {
        "subprotocols": [PROTOCOL],
        "thread_class": InlineThread,
        "event_class": NoEvent,
    }
    sock = Sock()

    @app.before_request
    def guard() -> None:
        """Before the upgrade: a socket of a foreign page is refused, compression is not
        taken up.
        """
        if request.path != "/realtime":
            return
        if request.headers.get("Origin") != origin:
            abort(403)
        if presence.stopping:
            abort(503)
        request.environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)

    @sock.route("/realtime")  # type: ignore[untyped-decorator]
    def realtime(ws: Server) -> None:
        who = (
            _who()
        )  # before the socket is taken over: what fails until then is the request's to answer
        Conversation(Connection(ws), presence, who, hello_seconds).start()

    sock.init_app(app)


def _who() -> tuple[models.User, str] | None:
    """The signed-in user and the session's id, by cookie or by a ticket in the second
    subprotocol.
    """
    offered = [
        name.strip() for name in request.headers.get("Sec-WebSocket-Protocol", "").split(",")
    ]
    ticket = next(
        (name.removeprefix(_TICKET) for name in offered if name.startswith(_TICKET)), None
    )
    if ticket is None:
        user = current_user()
        return (user, g.sign_in_session.id) if user else None
    found = redeem_ticket(ticket)
    return (found[0], found[1].id) if found else None


class Conversation:
    """One socket from its hello to its end."""

    __slots__ = (
        "address",
        "connection",
        "hello_seconds",
        "member",
        "place",
        "presence",
        "timer",
        "user",
        "who",
        "wordless",
    )

    def __init__(
        self,
        connection: Connection,
        presence: Presence,
        who: tuple[models.User, str] | None,
        hello_seconds: float,
    ) -> None:
        self.connection = connection
        self.presence = presence
        self.who = who
        self.user = who[0].id if who else ""
        self.address = request.remote_addr  # the request is over when most is refused
        self.hello_seconds = hello_seconds
        self.member: Member | None = None
        self.wordless = ""  # the user, while this socket counts as one that has not said hello
        self.place = browser_words(request.headers.get("User-Agent", ""))

    def start(self) -> None:
        """Then the request ends; the event loop keeps the connection, and the connection this."""
        self.timer: gevent.Greenlet | None = gevent.spawn_later(self.hello_seconds, self._no_hello)
        self.presence.connections.add(self.connection)
        if self.presence.stopping:
            self.connection.goodbye(messages.RESTARTING, "restarting")
        elif self.who is None:
            self.connection.goodbye(messages.SIGN_IN, "sign in")
        elif self.presence.limits.opens(self.user):
            self.wordless = self.user
        else:
            self._refuse(messages.TOO_MANY, "too many connections")
        self.connection.open(self._on_message, self._ended, self._flooded)

    def _refuse(self, code: int, reason: str) -> None:
        self._log(code, reason)
        self.connection.goodbye(code, reason)

    def _flooded(self) -> None:
        self._log(messages.TOO_MANY, FLOOD)

    def _log(self, code: int, reason: str) -> None:
        if code in _LOGGED:
            security_event(_LOGGED[code], self.user, address=self.address, socket=reason)

    def _ended(self) -> None:
        self._stop_waiting()
        self._spoke()
        try:
            if self.member is not None:
                self.presence.gone(self.member)
        finally:
            self.presence.connections.discard(
                self.connection
            )  # last: the worker's end waits for this

    def _no_hello(self) -> None:
        """What has come but was not read yet is our own delay, as when all pages come back at once:
        it is no silence.
        """
        if self.connection.unread():
            self.timer = gevent.spawn_later(self.hello_seconds, self._no_hello)
        elif self.member is None:
            self.connection.goodbye(messages.TOO_SLOW, "no hello")

    def _stop_waiting(self) -> None:
        """A timer that was stopped is of no use, and every socket would keep one: let it go."""
        timer, self.timer = self.timer, None
        if timer is not None:
            timer.kill(block=False)

    def _spoke(self) -> None:
        user, self.wordless = self.wordless, ""
        if user:
            self.presence.limits.settles(user)

    def _on_message(self, message: dict[str, Any]) -> None:
        if message["type"] == "hello":
            self._hello(message)
        elif self.member is None:
            self.connection.goodbye(messages.BAD_MESSAGE, "hello comes first")
        else:
            _HANDLERS[message["type"]](self.presence, self.member, message)

    def _hello(self, message: dict[str, Any]) -> None:
        if self.member is not None or self.who is None:
            self.connection.goodbye(messages.BAD_MESSAGE, "one hello only")
            return
        (user, session_id), self.who = self.who, None
        self._spoke()
        problem = _problem(user, message)
        if problem is None and not self.presence.limits.has_room(user.id, message["client"]):
            problem = messages.TOO_MANY, "too many pages"
        if problem:
            self._refuse(*problem)
            return
        language = message["locale"].partition("-")[0].partition("_")[0]
        self.member = Member(
            organisation=user.organisation_id,
            agent=user.id,
            client=message["client"],
            formerly=message.get("formerly") or "",
            serial=message.get("serial") or 0,
            epoch=message.get("epoch") or 0,
            browser=message.get("browser") or "",
            view=message["view"],
            language=language if language in LANGUAGES else DEFAULT_LANGUAGE,
            topics=self.presence.topics(user, message["view"]),
            session_id=session_id,
            connection=self.connection,
        )
        self._stop_waiting()
        self.presence.arrived(self.member, self.place)


def _problem(user: models.User, hello: dict[str, Any]) -> tuple[int, str] | None:
    roles = _VIEWS.get(hello["view"])
    if roles is None:
        return messages.BAD_MESSAGE, "hello: unknown view"
    if user.role not in roles:
        return messages.NOT_ALLOWED, "not allowed"
    return None


def _pong(presence: Presence, member: Member, message: dict[str, Any]) -> None:
    presence.pongs.take(member, message)


def _command_result(presence: Presence, member: Member, message: dict[str, Any]) -> None:
    presence.commands.result(
        member.organisation, member.agent, message["id"], message["ok"], message.get("code")
    )


def _phone_event(presence: Presence, member: Member, message: dict[str, Any]) -> None:
    presence.switchboard.phone_event(
        member.organisation,
        member.agent,
        member.client,
        message["n"],
        message["epoch"],
        message["event"],
    )
    member.connection.send({"type": "ack", "n": message["n"]})


def _phone_data(presence: Presence, member: Member, message: dict[str, Any]) -> None:
    """Lists that only a vendor's script knows; they are numbered like events.

    A plain SIP phone knows none.
    """
    presence.switchboard.phone_data(member.organisation, member.agent, member.client, message["n"])
    member.connection.send({"type": "ack", "n": message["n"]})


_HANDLERS: dict[str, Callable[[Presence, Member, dict[str, Any]], None]] = {
    "pong": _pong,
    "lease.claim": Presence.claim,
    "lease.release": Presence.released,
    "lease.leaving": Presence.leaving,
    "lease.released": Presence.released,
    "phone.event": _phone_event,
    "phone.data": _phone_data,
    "command.result": _command_result,
}
