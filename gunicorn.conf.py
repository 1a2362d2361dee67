"""Gunicorn's settings, in development and production: gevent workers."""

import gc
import os
import subprocess
import sys
import time
from pathlib import Path

import gevent
from gunicorn.glogging import Logger

ROOT = Path(__file__).parent
LONG = 0.01  # seconds of one turn of the event loop
sys.path.insert(0, str(ROOT))
os.umask(0o077)  # the database, its log and keys are for this user alone

from console.config import SettingsError, load_settings  # noqa: E402
from console.log_format import one_line  # noqa: E402

try:
    settings = load_settings()
except SettingsError as problem:
    sys.exit(f"Console does not start. {problem}")

wsgi_app = "app:app"
bind = (
    f"[{settings.host}]:{settings.port}"
    if ":" in settings.host
    else f"{settings.host}:{settings.port}"
)
workers = settings.workers
worker_class = "gevent"
worker_connections = 20_000  # requests at once; a websocket is none any more when it is open
timeout = 60
keepalive = 5
graceful_timeout = 8  # with the worker's own second of waiting: gone within 10 s of SIGTERM
control_socket_disable = True  # all servers of one user would share its path
forwarded_allow_ips = ""  # CONSOLE_TRUSTED_PROXIES decides
loglevel = settings.log_level
accesslog = "-"
# no query string, no referrer: they may hold numbers and names
access_log_format = '%(t)s %(h)s %(u)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'


class logger_class(Logger):  # noqa: N801
    """The access log names the user by their id, and no path makes a line of its own."""

    # gunicorn's own class escapes quotes a second time, which makes them plain quotes again.
    atoms_wrapper_class = dict

    def atoms(self, resp, req, environ, request_time):
        atoms = super().atoms(resp, req, environ, request_time) | {
            "u": environ.get("console.user", "-")
        }
        return {name: one_line(str(atoms[name])) for name in "thumUsBM"}


def on_starting(server):
    """Prepares the database in development, and refuses a development database in production.

    A database that is away does not stop the start: each worker asks it again before it serves. The
    command runs in its own process, so that the master stays unpatched and small.
    """
    command = "prepare" if settings.development else "check-database"
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), command], check=False
    )
    if done.returncode:
        sys.exit("Console does not start: its database cannot be used. The reason is above.")


def when_ready(server):
    server.log.info("Console: %s", settings.origin)
    if settings.simulating:  # it ends by itself if this process is killed
        watched = os.environ | {
            "CONSOLE_SIMULATOR_PARENT": str(os.getpid()),
            "PYTHONPATH": str(ROOT),
        }
        server.simulator = subprocess.Popen(
            [sys.executable, "-m", "console.simulator"], env=watched
        )


def on_exit(server):
    simulator = getattr(server, "simulator", None)
    if simulator is not None:
        simulator.terminate()
        try:
            simulator.wait(5)
        except subprocess.TimeoutExpired:
            simulator.kill()


def post_fork(server, worker):
    # Tells the clients of this worker from those of the others in the database.
    os.environ["CONSOLE_WORKER"] = str(os.getpid())


def post_request(worker, req, environ, resp):
    """Yields, so that a client that pipelines requests cannot starve the others.

    It takes a timer, because gevent runs up to fifty ready greenlets before it polls sockets and
    clocks again. It is not done after each request, so that pushes of a few requests leave in one
    write.
    """
    if time.time() - gevent.get_hub().loop.now() > LONG:
        gevent.sleep(0.0001)


def post_worker_init(worker):
    """Starts the services, and says goodbye to websockets before gunicorn cuts them at its stop."""
    services = worker.app.callable.extensions["console"]
    services.start()

    def wait():
        while worker.alive:
            gevent.sleep(0.2)
        services.stopping()

    gevent.spawn(wait)
    gc.collect()
    # Loaded objects stay: a full collection over them would block the event loop for 0.1 s.
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)


def worker_exit(server, worker):
    """Waits for open websockets, which gunicorn does not count as requests."""
    app = worker.app.callable
    if app is not None:  # None when the master cleans up after a killed worker
        with gevent.Timeout(graceful_timeout, False):
            app.extensions["console"].stopped()
