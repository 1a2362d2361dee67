"""A plain number with early media: it sends a description and sound before it answers (183)."""

from __future__ import annotations

import hashlib
import re
import socket
import threading
from itertools import count
from types import TracebackType
from typing import Self

from tests.servers.kamailio import DOMAIN
from tests.servers.server_process import LOCAL

PACKET_SECONDS, PACKET_SAMPLES = 0.02, 160
# Two values far apart, ten samples each: a loud buzz of 400 Hz in G.711 (mu-law).
BUZZ = (b"\x90" * 10 + b"\x10" * 10) * (PACKET_SAMPLES // 20)


class Announcer:
    """It sends early media when called, and answers when `answer()` is called. It supports no
    transfers.
    """

    def __init__(self, number: str, exchange_port: int) -> None:
        self.number, self.exchange = number, (LOCAL, exchange_port)
        self.sip, self.sound = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        for sock in (self.sip, self.sound):
            sock.bind((LOCAL, 0))
        self.invite = ""
        self.answered = False
        self.talking = threading.Event()
        self.stopped = threading.Event()

    @property
    def contact(self) -> str:
        return f"<sip:{self.number}@{LOCAL}:{self.sip.getsockname()[1]}>"

    def _register(self) -> None:
        """Asked for the password, and then with it. (RFC 2617, qop=auth)"""
        self._send(self._registration(1))
        challenge = self.sip.recv(65536).decode()
        found = re.search(r'nonce="([^"]+)"', challenge)
        assert found, challenge
        target, nonce = f"sip:{DOMAIN}", found[1]
        secret = _md5(f"{self.number}:{DOMAIN}:pw-{self.number}")
        response = _md5(f"{secret}:{nonce}:00000001:c:auth:{_md5(f'REGISTER:{target}')}")
        login = (
            f'username="{self.number}", realm="{DOMAIN}", nonce="{nonce}", uri="{target}",'
            f' response="{response}"'
        )
        self._send(
            self._registration(
                2, f'Authorization: Digest {login}, qop=auth, nc=00000001, cnonce="c"'
            )
        )

    def _registration(self, number: int, *more: str) -> list[str]:
        own, port = f"<sip:{self.number}@{DOMAIN}>", self.sip.getsockname()[1]
        return [
            f"REGISTER sip:{DOMAIN} SIP/2.0",
            f"Via: SIP/2.0/UDP {LOCAL}:{port};branch=z9hG4bK-register-{number}",
            f"From: {own};tag=announcer",
            f"To: {own}",
            f"Call-ID: announcer-{port}",
            f"CSeq: {number} REGISTER",
            f"Contact: {self.contact}",
            "Expires: 60",
            *more,
            "Content-Length: 0",
        ]

    def _send(self, lines: list[str], body: str = "") -> None:
        self.sip.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), self.exchange)

    def _reply(self, request: str, status: str, body: str = "") -> None:
        kept = re.findall(
            r"^(?:Via|Record-Route|From|Call-ID|CSeq): .*$", request.replace("\r", ""), re.MULTILINE
        )
        to = _header(request, "To")
        lines = [
            f"SIP/2.0 {status}",
            *kept,
            f"To: {to}{'' if 'tag=' in to else ';tag=announcer'}",
            f"Contact: {self.contact}",
        ]
        self._send(
            [
                *lines,
                *(["Content-Type: application/sdp"] if body else []),
                f"Content-Length: {len(body)}",
            ],
            body,
        )

    def _description(self) -> str:
        port = self.sound.getsockname()[1]
        lines = [
            "v=0",
            f"o=- 1 1 IN IP4 {LOCAL}",
            "s=-",
            f"c=IN IP4 {LOCAL}",
            "t=0 0",
            f"m=audio {port} RTP/AVP 0",
            "a=rtpmap:0 PCMU/8000",
        ]
        return "\r\n".join([*lines, ""])

    def answer(self) -> None:
        self.answered = True
        self._reply(self.invite, "200 OK", self._description())

    def _listen(self) -> None:
        self.sip.settimeout(0.1)
        while not self.stopped.is_set():
            try:
                request = self.sip.recv(65536).decode(errors="replace")
            except TimeoutError:
                continue
            self._hear(request)

    def _hear(self, request: str) -> None:
        if request.startswith("INVITE") and self.answered:  # a hold: taken note of
            self._reply(request, "200 OK", self._description())
        elif request.startswith("INVITE"):
            self.invite = request
            self._reply(request, "183 Session Progress", self._description())
            threading.Thread(target=self._talk, daemon=True).start()
        elif request.startswith(("BYE", "CANCEL")):
            self.talking.clear()
            self._reply(request, "200 OK")
        elif request.startswith("REFER"):
            self._reply(request, "405 Method Not Allowed")

    def _talk(self) -> None:
        body = self.invite.partition("\r\n\r\n")[2]
        found = re.search(r"^m=audio (\d+)", body, re.MULTILINE)
        assert found
        self.talking.set()
        for number in count():
            if not self.talking.is_set() or self.stopped.wait(PACKET_SECONDS):
                return
            head = (
                bytes([0x80, 0])
                + (number % 65536).to_bytes(2)
                + (number * PACKET_SAMPLES % 2**32).to_bytes(4)
                + b"buzz"
            )
            self.sound.sendto(head + BUZZ, (LOCAL, int(found[1])))

    def __enter__(self) -> Self:
        self.sip.settimeout(5)
        self._register()
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopped.set()


def _header(message: str, name: str) -> str:
    found = re.search(rf"^{name}: (.*?)\r?$", message, re.MULTILINE)
    return found[1] if found else ""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
