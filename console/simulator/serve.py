"""The simulator's process: it listens on loopback, ends with whoever started it, and says what is
in its way.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import NoReturn

import gevent
from gevent.pywsgi import WSGIServer

from ..config import Settings, SettingsError, load_settings
from .app import ONLY_DEVELOPMENT, create_simulator

PARENT = "CONSOLE_SIMULATOR_PARENT"
LOOK_SECONDS = 0.5  # between two looks at the parent
PORT_SECONDS = (
    4.0  # an earlier simulator, whose parent was killed, needs a moment to leave the port
)


def serve() -> None:
    if os.environ.get("CONSOLE_ENV", "").strip() != "development":
        sys.exit(ONLY_DEVELOPMENT)
    try:
        settings = load_settings()
        app = create_simulator(settings)
    except SettingsError as problem:
        sys.exit(f"The simulator does not start. {problem}")
    server = _listening(settings, app)
    parent = os.environ.get(PARENT, "")
    if parent:
        gevent.spawn(_end_with, int(parent), server)
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, server.stop, 1)
    _say(f"Simulator: {settings.simulator_origin}/simulator")
    server.serve_forever()


def _listening(settings: Settings, app: object) -> WSGIServer:
    # No access log: the vendors' addresses carry tokens, and what happened is on the page.
    server = WSGIServer(("127.0.0.1", settings.simulator_port), app, log=None)
    until = time.monotonic() + PORT_SECONDS
    while True:
        try:
            server.start()
            return server
        except OSError as problem:
            if time.monotonic() > until:
                _give_up(settings, problem)
            gevent.sleep(0.2)


def _give_up(settings: Settings, problem: OSError) -> NoReturn:
    sys.exit(
        f"The simulator does not start: port {settings.simulator_port} cannot be used"
        f" ({problem.strerror}). Console runs without it. CONSOLE_SIMULATOR_PORT names another"
        " port; CONSOLE_SIMULATOR=off leaves the simulator out."
    )


def _end_with(parent: int, server: WSGIServer) -> None:
    """A parent that was killed says nothing: whoever has another parent than the one it was started
    by is alone.
    """
    while os.getppid() == parent:
        gevent.sleep(LOOK_SECONDS)
    server.stop(1)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
