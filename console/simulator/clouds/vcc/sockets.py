"""The two websockets of the pretend VCC cloud: the agent server's, and the pretend SIP's."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_sock import Sock
from simple_websocket import Server

from ...exchange.faults import Faults
from ..sockets import SocketWriter, read_messages
from .agent import VccAgent
from .codes import Id
from .sip_line import SipLine

Authenticate = Callable[[str, str], VccAgent | int]
AgentOf = Callable[[str], VccAgent | None]


def init_sockets(app: Flask, authenticate: Authenticate, agent_of: AgentOf, faults: Faults) -> None:
    sock = Sock(app)

    @sock.route("/vcc/agent/websocket")  # type: ignore[untyped-decorator]
    def vcc_agent_server(ws: Server) -> None:
        writer = SocketWriter(ws)
        _serve(ws, writer, AgentSocket(writer, authenticate, faults))

    @sock.route("/vcc/sip")  # type: ignore[untyped-decorator]
    def vcc_sip(ws: Server) -> None:
        writer = SocketWriter(ws)
        _serve(ws, writer, SipSocket(writer, agent_of, faults))


def _serve(ws: Server, writer: SocketWriter, socket: AgentSocket | SipSocket) -> None:
    try:
        read_messages(ws, socket.handle)
    finally:
        socket.end()
        writer.close()


class AgentSocket:
    """Belongs to the agent of its first accepted login."""

    def __init__(self, writer: SocketWriter, authenticate: Authenticate, faults: Faults) -> None:
        self._writer, self._authenticate, self._faults = writer, authenticate, faults
        self._agent: VccAgent | None = None

    def handle(self, message: dict[str, Any]) -> None:
        if self._agent is not None:
            self._agent.handle(self._tab, message)
        elif message.get("objectId") == Id.LOGIN:
            self._log_in(message)

    def _log_in(self, message: dict[str, Any]) -> None:
        agent = self._authenticate(str(message.get("token")), str(message.get("domain")))
        if not isinstance(agent, int) and self._faults.happens("login_refused", agent.extension):
            agent = 401
        if isinstance(agent, int):
            self._writer.send({"objectId": int(Id.LOGIN), "code": agent})
        elif self._faults.happens("socket_refused", agent.extension):
            self._writer.drop()
        else:
            send, drop = self._writer.send, self._writer.drop
            wire = self._faults.wire(agent.extension, send, drop, stream=True)
            self._tab = agent.log_in(str(message.get("tab")), wire)
            self._agent = agent

    def end(self) -> None:
        """The connection is gone: cleanly, unless a fault has cut it."""
        if self._agent is not None:
            self._agent.leave(self._tab, clean=not self._tab.wire.closed)


class SipSocket:
    """Belongs to the agent named in its first REGISTER.

    The password does not count: the agent server's token does.
    """

    def __init__(self, writer: SocketWriter, agent_of: AgentOf, faults: Faults) -> None:
        self._writer, self._agent_of, self._faults = writer, agent_of, faults
        self._agent: VccAgent | None = None

    def handle(self, message: dict[str, Any]) -> None:
        if self._agent is None and message.get("method") == "REGISTER":
            self._begin(message)
        if self._agent is not None:
            self._agent.leg.handle(self._line, message)

    def _begin(self, message: dict[str, Any]) -> None:
        found = re.match(r"sip:([^@]+)@", str(message.get("uri")))
        agent = self._agent_of(found[1]) if found else None
        if agent is None or self._faults.happens("socket_refused", agent.extension):
            self._writer.drop()
        else:
            send, drop = self._writer.send, self._writer.drop
            self._line = SipLine(self._faults.wire(agent.extension, send, drop))
            self._agent = agent

    def end(self) -> None:
        """The connection is gone: cleanly, unless a fault has cut it."""
        if self._agent is not None:
            self._agent.leg.leave(self._line, clean=not self._line.wire.closed)
