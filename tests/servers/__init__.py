"""Real servers for the tests, each on a free port of 127.0.0.1, in a folder and a process group of
its own, and clients for them: `from tests.servers import Kamailio, Wire`.
"""

from tests.servers.chromium import CHROMIUM_ARGS, launch, start
from tests.servers.console_server import PASSWORD, ConsoleServer
from tests.servers.kamailio import DOMAIN, Kamailio
from tests.servers.plain_phone import Baresip, Rtpengine
from tests.servers.postgres import Postgres
from tests.servers.redis_server import Redis
from tests.servers.server_process import LOCAL, ROOT, ServerProcess, free_port, listening, wait_for
from tests.servers.simulator import Simulator
from tests.servers.wire import Wire

__all__ = [
    "CHROMIUM_ARGS",
    "DOMAIN",
    "LOCAL",
    "PASSWORD",
    "ROOT",
    "Baresip",
    "ConsoleServer",
    "Kamailio",
    "Postgres",
    "Redis",
    "Rtpengine",
    "ServerProcess",
    "Simulator",
    "Wire",
    "free_port",
    "launch",
    "listening",
    "start",
    "wait_for",
]
