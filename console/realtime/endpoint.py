"""The route /realtime: which requests may open a websocket."""

from __future__ import annotations

from flask import Flask, abort, g, request
from flask_sock import Sock
from simple_websocket import Server

from ..security.guards import current_user
from ..security.tickets import redeem_ticket
from .socket_session import SessionServices, SignedIn, SocketSession
from .websocket_connection import InlineThread, NoEvent, WebSocketConnection

PROTOCOL = "console.v1"
_TICKET = "ticket."


def init_realtime(app: Flask, services: SessionServices, origin: str) -> None:
    app.config["SOCK_SERVER_OPTIONS"] = {
        "subprotocols": [PROTOCOL],
        "thread_class": InlineThread,
        "event_class": NoEvent,
    }
    sock = Sock()

    @app.before_request
    def guard() -> None:
        """Before the upgrade: refuses the socket of a foreign page, and declines compression."""
        if request.path != "/realtime":
            return
        if request.headers.get("Origin") != origin:
            abort(403)
        if services.sockets.stopping:
            abort(503)
        request.environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)

    @sock.route("/realtime")  # type: ignore[untyped-decorator]
    def realtime(ws: Server) -> None:
        # Before the socket is taken over: the request answers what fails until then.
        signed_in = _signed_in()
        SocketSession(WebSocketConnection(ws), services, signed_in).start()

    sock.init_app(app)


def _signed_in() -> SignedIn | None:
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
