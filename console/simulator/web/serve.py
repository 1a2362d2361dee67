"""The simulator's process: it listens on loopback and ends with its parent."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import NoReturn

import gevent
from gevent.pywsgi import WSGIServer

from ...config import Settings, SettingsError, load_settings
from .app import ONLY_DEVELOPMENT, create_simulator

PARENT = "CONSOLE_SIMULATOR_PARENT"
LOOK_SECONDS = 0.5  # between two looks at the parent
# An earlier simulator, whose parent was killed, needs a moment to leave the port.
PORT_SECONDS = 4.0


def serve() -> None:
    if os.environ.get("CONSOLE_ENV", "").strip() != "development":
        sys.exit(ONLY_DEVELOPMENT)
    try:
        settings = load_settings()
        app = create_simulator(settings)
    except SettingsError as error:
        sys.exit(f"The simulator does not start. {error}")
    server = _listen(settings, app)
    parent = os.environ.get(PARENT, "")
    if parent:
        gevent.spawn(_end_with, int(parent), server)
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, server.stop, 1)
    print(f"Simulator: {settings.simulator_origin}/simulator", file=sys.stderr, flush=True)
    server.serve_forever()


def _listen(settings: Settings, app: object) -> WSGIServer:
    # No access log: the vendors' addresses carry tokens, and the page shows what happened.
    server = WSGIServer(("127.0.0.1", settings.simulator_port), app, log=None)
    until = time.monotonic() + PORT_SECONDS
    while True:
        try:
            server.start()
            return server
        except OSError as error:
            if time.monotonic() > until:
                _give_up(settings, error)
            gevent.sleep(0.2)


def _give_up(settings: Settings, error: OSError) -> NoReturn:
    sys.exit(
        f"The simulator does not start: port {settings.simulator_port} cannot be used"
        f" ({error.strerror}). Console runs without it. CONSOLE_SIMULATOR_PORT names another"
        " port; CONSOLE_SIMULATOR=off leaves the simulator out."
    )


def _end_with(parent: int, server: WSGIServer) -> None:
    """Stop when the parent is gone: a killed parent sends no signal, but this process then has
    another one.
    """
    while os.getppid() == parent:
        gevent.sleep(LOOK_SECONDS)
    server.stop(1)
