"""Console in development with its files as production serves them: without comments, packed well,
kept for ever.
"""

from __future__ import annotations

from typing import Any

from console import create_app, static_files

init = static_files.init_static_files


def _as_in_production(app: Any, *, development: bool) -> None:
    init(app, development=False)


static_files.init_static_files = _as_in_production
app = create_app()
