"""gunicorn's settings for a Console whose database and templates are ready: those of
`python app.py`, without the step that prepares the database.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

_path = Path(__file__).resolve().parents[2] / "gunicorn.conf.py"
_spec = importlib.util.spec_from_file_location("console_gunicorn", _path)
assert _spec
assert _spec.loader
_served = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_served)
globals().update(
    {
        name: value
        for name, value in vars(_served).items()
        if not name.startswith("_") and name != "on_starting"
    }
)
wsgi_app = "tests.prepared_app:app"
