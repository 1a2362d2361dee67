"""The SIP server of the tests: pbx/kamailio.cfg, the same that `make pbx` runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import ClassVar

from tests.servers.server_process import LOCAL, ROOT, ServerProcess, free_port, listening

DOMAIN = "pbx.test"


class Kamailio(ServerProcess):
    """SIP over WebSocket at `ws_url` and plain SIP over UDP on the same port number.

    Line N has the password "pw-N".
    """

    user: ClassVar[str | None] = "nobody"

    def __init__(self, *options: str, rtpengine_port: int | None = None) -> None:
        super().__init__()
        self.port = free_port()
        self.ws_url = f"ws://{LOCAL}:{self.port}"
        self.options = [*options]
        if rtpengine_port:
            self.options += ["WITH_RTPENGINE", f'RTPENGINE_SOCK="udp:{LOCAL}:{rtpengine_port}"']
        # A copy: the user "nobody" may be unable to read the checkout.
        self.cfg = shutil.copy(ROOT / "pbx/kamailio.cfg", self.dir)

    def argv(self) -> list[str]:
        folder = str(self.dir)
        argv = [
            "/usr/sbin/kamailio",
            "-DD",
            "-E",
            "-f",
            str(self.cfg),
            "-Y",
            folder,
            "-w",
            folder,
            "-P",
            f"{folder}/pid",
        ]
        argv += [
            "-m",
            "32",
            "-M",
            "8",
            "-l",
            f"tcp:{LOCAL}:{self.port}",
            "-l",
            f"udp:{LOCAL}:{self.port}",
        ]
        if os.geteuid() == 0:
            argv += ["-u", "nobody", "-g", "nogroup"]
        for option in self.options:
            argv += ["-A", option]
        return argv

    def ready(self) -> bool:
        return listening(self.port)

    def cmd(self, *args: str) -> str:
        """kamcmd: ("ul.dump",), ("ul.rm", "location", "s:1001") (s: or 1001 is a number),
        ("ws.dump",), ("ws.close", "2").
        """
        run = ["/usr/sbin/kamcmd", "-s", f"unix:{self.dir}/kamailio_ctl", *args]
        done = subprocess.run(run, capture_output=True, text=True, timeout=5, check=False)
        return done.stdout + done.stderr

    def registered(self, line: str) -> int:
        """The number of phones that are registered for this line now."""
        return len(
            re.findall(
                r"^\s*Address:", self.cmd("ul.lookup", "location", f"s:{line}"), re.MULTILINE
            )
        )

    def close_websockets(self) -> None:
        """Drops every phone's connection, as a restarted proxy would."""
        for number in re.findall(r"^\s*(\d+):", self.cmd("ws.dump"), re.MULTILINE):
            self.cmd("ws.close", number)
