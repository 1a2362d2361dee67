"""Forks servers from a process that has imported Console already: importing takes more of the
processor than everything else at a server's start.

Its standard input is a sequenced-packet socket: each message is a start or a wait, as
`tests/servers/forked_process.py` sends them.
"""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import runpy
import sys
import traceback
from typing import Any

from gevent import monkey

# A worker patches the same before it imports. Its master forks and waits as without gevent.
monkey.patch_all(os=False, signal=False)

IMPORTED = """
    gunicorn.app.wsgiapp gunicorn.workers.ggevent console.application
    console.simulator.web.serve console.simulator.clouds logging.config
    sqlalchemy.dialects.sqlite sqlalchemy.dialects.postgresql
""".split()
LONGEST = 1_000_000  # bytes of a message


def main() -> None:
    for module in IMPORTED:
        importlib.import_module(module)
    _keep_static_files()
    gc.freeze()
    os.write(0, b"null")
    while message := os.read(0, LONGEST):
        asked = json.loads(message)
        answer = os.waitpid(asked["wait"], 0)[1] if "wait" in asked else _fork(asked)
        os.write(0, json.dumps(answer).encode())


def _keep_static_files() -> None:
    """Browsers ask once for each static file, as in production, and it is packed quickly."""
    static_files: Any = sys.modules["console.static_files"]
    static_files._BEST = 4
    for module in ("console.application", "console.simulator.web.app"):
        application: Any = sys.modules[module]
        application.init_static_files = functools.partial(_init_kept, static_files)


def _init_kept(static_files: Any, app: Any, *, development: bool) -> None:
    static_files.init_static_files(app, development=False)


def _fork(start: dict[str, Any]) -> int:
    """The new process's id."""
    if child := os.fork():
        return child
    status = 1
    try:
        _become(start)
        runpy.run_module(start["module"], run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(bool(end.code))
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:  # shown as an interpreter shows it at its end
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _become(start: dict[str, Any]) -> None:
    """As `subprocess.Popen` leaves it with `start_new_session` and both outputs in the log."""
    os.setsid()
    os.chdir(start["cwd"])
    os.environ.clear()
    os.environ.update(start["env"])
    for number, flags, path in ((0, os.O_RDONLY, os.devnull), (1, os.O_WRONLY, start["log"])):
        opened = os.open(path, flags | os.O_APPEND)
        os.dup2(opened, number)
        os.close(opened)
    os.dup2(1, 2)
    sys.argv = ["", *start["arguments"]]


if __name__ == "__main__":
    main()
