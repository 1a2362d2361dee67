"""How Console is served, in development as in production: gunicorn with gevent workers."""

import gc
import os
import subprocess
import sys
import time
from pathlib import Path

import gevent
from gunicorn.glogging import Logger

ROOT = Path(__file__).parent
LONG = 0.01  # seconds since the event loop last went round
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

    atoms_wrapper_class = (
        dict  # gunicorn's own would escape the quotes a second time, and so let them out
    )

    def atoms(self, resp, req, environ, request_time):
        atoms = super().atoms(resp, req, environ, request_time) | {
            "u": environ.get("console.user", "-")
        }
        return {name: one_line(str(atoms[name])) for name in "thumUsBM"}


def on_starting(server):
    """Development brings its database up to date, and fills an empty one; production refuses
    development's.

    A database that is away is waited for: each worker asks again before it lets anybody in.

    In a process of its own: this one stays unpatched and small.
    """
    command = "prepare" if settings.development else "check-database"
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), command], check=False
    )
    if done.returncode:
        sys.exit("Console does not start: its database cannot be used, as is said above.")


def when_ready(server):
    server.log.info("Console: %s", settings.origin)
    if settings.simulating:  # a process of its own, which ends by itself should this one be killed
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
    os.environ["CONSOLE_WORKER"] = str(
        os.getpid()
    )  # tells this worker's clients from its neighbours' in the database


def post_request(worker, req, environ, resp):
    """Everybody else has a turn: who sends one request after another on a connection never waits
    for its socket.

    A timer, because gevent runs up to fifty greenlets that are merely to go on before it looks at
    sockets and clocks again. Not after each request: what a few of them have to tell leaves in one
    write.
    """
    if time.time() - gevent.get_hub().loop.now() > LONG:
        gevent.sleep(0.0001)


def post_worker_init(worker):
    """gunicorn would cut open websockets without a word when it stops: say goodbye first."""
    services = worker.app.callable.extensions["console"]
    services.start()

    def wait():
        while worker.alive:
            gevent.sleep(0.2)
        services.stopping()

    gevent.spawn(wait)
    gc.collect()
    # what is loaded stays: to look through all of it for garbage takes 0.1 s and more, and
    # everybody waits meanwhile
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)


def worker_exit(server, worker):
    """gunicorn waits for requests, and an open websocket is none."""
    app = worker.app.callable
    if app is not None:  # it is where the server itself strikes out a worker that was killed
        with gevent.Timeout(graceful_timeout, False):
            app.extensions["console"].stopped()
