"""The two websockets of the pretend VCC cloud: the agent server's, and the one of its
pretend SIP.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from typing import Any

import gevent
from flask import Flask
from flask_sock import Sock
from gevent.queue import SimpleQueue
from simple_websocket import ConnectionClosed, Server

from .exchange.faults import Faults
from .vcc_agent import VccAgent
from .vcc_sip import SipLine
from .vcc_words import Id

Who = Callable[[str, str], VccAgent | int]


class Mouth:
    """One greenlet writes, so that nobody who says something has to wait; the exchange least of
    all.
    """

    def __init__(self, ws: Server) -> None:
        self.ws = ws
        self.queue: SimpleQueue[Any] = SimpleQueue()
        self.greenlet = gevent.spawn(self._write)

    def send(self, message: dict[str, Any]) -> None:
        self.queue.put(message)

    def drop(self) -> None:
        """Without a word, as a network does."""
        try:
            self.ws.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the other side was quicker

    def _write(self) -> None:
        try:
            while True:
                self.ws.send(json.dumps(self.queue.get()))
        except (ConnectionClosed, OSError):
            pass  # who reads notices as well

    def close(self) -> None:
        self.greenlet.kill(block=False)


def _read(ws: Server, on_message: Callable[[dict[str, Any]], None]) -> None:
    """Until the socket ends. What is no message is passed over."""
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


def join_sockets(
    app: Flask, who: Who, agent_of: Callable[[str], VccAgent | None], faults: Faults
) -> None:
    sock = Sock(app)

    @sock.route("/vcc/agent/websocket")  # type: ignore[untyped-decorator]
    def vcc_agent_server(ws: Server) -> None:
        AgentSocket(Mouth(ws), who, faults).run(ws)

    @sock.route("/vcc/sip")  # type: ignore[untyped-decorator]
    def vcc_sip(ws: Server) -> None:
        SipSocket(Mouth(ws), agent_of, faults).run(ws)


class AgentSocket:
    def __init__(self, mouth: Mouth, who: Who, faults: Faults) -> None:
        self.mouth, self.who, self.faults = mouth, who, faults
        self.agent: VccAgent | None = None

    def run(self, ws: Server) -> None:
        try:
            _read(ws, self._on_message)
        finally:
            if self.agent is not None:
                self.agent.left(self.tab, clean=not self.tab.wire.closed)
            self.mouth.close()

    def _on_message(self, message: dict[str, Any]) -> None:
        if self.agent is not None:
            self.agent.asked(self.tab, message)
        elif message.get("objectId") == Id.LOGIN:
            self._log_in(message)

    def _log_in(self, message: dict[str, Any]) -> None:
        agent = self.who(str(message.get("token")), str(message.get("domain")))
        if not isinstance(agent, int) and self.faults.happens("login_refused", agent.extension):
            agent = 401
        if isinstance(agent, int):
            self.mouth.send({"objectId": int(Id.LOGIN), "code": agent})
        elif self.faults.happens("socket_refused", agent.extension):
            self.mouth.drop()
        else:
            wire = self.faults.wire(agent.extension, self.mouth.send, self.mouth.drop, stream=True)
            self.tab = agent.log_in(str(message.get("tab")), wire)
            self.agent = agent


class SipSocket:
    """Belongs to the agent named in its first REGISTER.

    The password is as good as none: what counts is the agent server's token.
    """

    def __init__(
        self, mouth: Mouth, agent_of: Callable[[str], VccAgent | None], faults: Faults
    ) -> None:
        self.mouth, self.agent_of, self.faults = mouth, agent_of, faults
        self.agent: VccAgent | None = None

    def run(self, ws: Server) -> None:
        try:
            _read(ws, self._on_message)
        finally:
            if self.agent is not None:
                self.agent.line_left(self.line, clean=not self.line.wire.closed)
            self.mouth.close()

    def _on_message(self, message: dict[str, Any]) -> None:
        if self.agent is None and message.get("method") == "REGISTER":
            self._begin(message)
        if self.agent is not None:
            self.agent.leg_arrived(self.line, message)

    def _begin(self, message: dict[str, Any]) -> None:
        found = re.match(r"sip:([^@]+)@", str(message.get("uri")))
        agent = self.agent_of(found[1]) if found else None
        if agent is None or self.faults.happens("socket_refused", agent.extension):
            self.mouth.drop()
        else:
            self.line = SipLine(self.faults.wire(agent.extension, self.mouth.send, self.mouth.drop))
            self.agent = agent
