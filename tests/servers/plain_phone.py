"""Calls with a plain phone:

Baresip is the phone (SIP over UDP, G.711 over RTP), Rtpengine carries its audio to browsers.
"""

from __future__ import annotations

import json
import socket
import threading
from typing import Any

from tests.servers.kamailio import DOMAIN
from tests.servers.server_process import LOCAL, PORTS, SIDE, ServerProcess, free_port, wait_for


class Rtpengine(ServerProcess):
    """The media relay in user space, without a kernel module. Give its `port` to Kamailio."""

    def __init__(self) -> None:
        super().__init__()
        self.port, self.cli_port = free_port(socket.SOCK_DGRAM), free_port()

    def argv(self) -> list[str]:
        first = 20_000 + SIDE * PORTS + (self.port % 100) // 2 * 50
        argv = [
            "/usr/bin/rtpengine",
            "--foreground",
            "--log-stderr",
            "--log-level=5",
            "--table=-1",
            f"--interface={LOCAL}",
        ]
        argv += [
            f"--listen-ng={LOCAL}:{self.port}",
            f"--listen-cli={LOCAL}:{self.cli_port}",
            f"--port-min={first}",
            f"--port-max={first + 48}",
            f"--pidfile={self.dir}/pid",
        ]
        return argv

    def ready(self) -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.settimeout(0.3)
            probe.sendto(b"x d7:command4:pinge", (LOCAL, self.port))
            return b"pong" in probe.recv(200)


class Baresip(ServerProcess):
    """Answers by itself (or by `command("accept")` with answer="manual") and plays a tone of 440
    Hz.

    `events` collects what it reports: CALL_INCOMING, CALL_ESTABLISHED, CALL_DTMF_START,
    CALL_CLOSED…
    """

    def __init__(self, number: str, kamailio_port: int, answer: str = "auto") -> None:
        super().__init__()
        self.sip_port = free_port(
            socket.SOCK_DGRAM, and_next=True
        )  # it takes the next port too, for TLS
        self.control_port = free_port()
        self.events: list[dict[str, Any]] = []
        self.control: socket.socket | None = None
        account = (
            f'<sip:{number}@{DOMAIN}>;auth_pass=pw-{number};outbound="sip:{LOCAL}:{kamailio_port}";'
            f"answermode={answer};audio_codecs=PCMU/8000/1,PCMA/8000/1;regint=60\n"
        )
        for name, text in (("config", self._config()), ("accounts", account), ("contacts", "")):
            (self.dir / name).write_text(text)

    def _config(self) -> str:
        return f"""poll_method epoll
sip_listen {LOCAL}:{self.sip_port}
net_interface {LOCAL}
audio_source ausine,440
audio_player aubridge,sink
audio_alert aubridge,alert
ausrc_srate 48000
auplay_srate 48000
ausrc_channels 2
auplay_channels 2
module_path /usr/lib/baresip/modules
module g711.so
module ausine.so
module aubridge.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen {LOCAL}:{self.control_port}
"""

    def argv(self) -> list[str]:
        return ["/usr/bin/baresip", "-4", "-f", str(self.dir)]

    def ready(self) -> bool:
        self.control = socket.create_connection((LOCAL, self.control_port), 0.3)
        self.control.settimeout(None)
        threading.Thread(target=self._read, args=(self.control,), daemon=True).start()
        return True

    def _read(self, control: socket.socket) -> None:
        waiting = b""
        try:
            while data := control.recv(65536):
                waiting = self._take(waiting + data)
        except OSError:
            return

    def _take(self, waiting: bytes) -> bytes:
        """Netstrings (LENGTH:JSON,) that have come whole; gives back the rest."""
        while b":" in waiting:
            size, _, rest = waiting.partition(b":")
            if len(rest) <= int(size):
                break
            self.events.append(json.loads(rest[: int(size)]))
            waiting = rest[int(size) + 1 :]
        return waiting

    def command(self, name: str, params: str = "") -> None:
        """("dial", "sip:1001@pbx.test"), ("accept",), ("hangup",), ("hold",), ("resume",)."""
        body = json.dumps({"command": name, "params": params}).encode()
        assert self.control is not None
        self.control.sendall(b"%d:%s," % (len(body), body))

    def wait_event(self, kind: str, timeout: float = 20.0) -> dict[str, Any]:
        return wait_for(
            lambda: [event for event in self.events if event.get("type") == kind], timeout, kind
        )[-1]

    def close(self) -> None:
        super().close()
        if self.control:
            self.control.close()
