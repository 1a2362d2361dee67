"""Console's application as tests/servers/prepared_console.py serves it: its templates are compiled
already.
"""

import os
from pathlib import Path

from tests import compiled_templates

compiled_templates.reuse(Path(os.environ[compiled_templates.DIRECTORY]))

from app import app  # noqa: E402

__all__ = ["app"]
