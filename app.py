"""`python app.py` serves Console; `app` is what gunicorn and flask load."""

import os
import sys
from pathlib import Path

os.umask(0o077)  # the database, its log and keys are for this user alone

# gunicorn replaces this process before anything is imported that gevent has to patch.
if __name__ == "__main__":
    os.environ.setdefault("CONSOLE_ENV", "development")
    os.execv(
        sys.executable,
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            str(Path(__file__).with_name("gunicorn.conf.py")),
        ],
    )

from console import create_app  # noqa: E402

app = create_app()
