"""Everything in this folder under one roof: `from tests.parts.real_parts import Kamailio, Wire`."""

from tests.parts.chromium import CHROMIUM_ARGS, launch, start
from tests.parts.console_server import PASSWORD, ConsoleServer
from tests.parts.kamailio import DOMAIN, Kamailio
from tests.parts.part import LOCAL, ROOT, Part, free_port, listening, wait_for
from tests.parts.plain_phone import Baresip, Rtpengine
from tests.parts.postgres import Postgres
from tests.parts.redis_server import Redis
from tests.parts.simulator import Simulator
from tests.parts.wire import Wire

__all__ = [
    "CHROMIUM_ARGS",
    "DOMAIN",
    "LOCAL",
    "PASSWORD",
    "ROOT",
    "Baresip",
    "ConsoleServer",
    "Kamailio",
    "Part",
    "Postgres",
    "Redis",
    "Rtpengine",
    "Simulator",
    "Wire",
    "free_port",
    "launch",
    "listening",
    "start",
    "wait_for",
]
