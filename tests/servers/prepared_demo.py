"""The demo's database and keys as the first Console of this process has prepared them, for the next
ones to copy: preparing takes as much of the processor as starting.
"""

from __future__ import annotations

import atexit
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import select

from console.config import Settings
from console.storage.database import Database
from console.storage.models import Connection

_SIP_URL = Settings().demo_sip_url
_kept: list[Path] = []


def keep(directory: Path) -> None:
    """Copies what a Console in this directory has prepared, unless an earlier one's is kept."""
    if _kept:
        return
    copy = Path(tempfile.mkdtemp(prefix="prepared-demo-"))
    atexit.register(shutil.rmtree, copy, ignore_errors=True)
    with (
        closing(sqlite3.connect(directory / "console.db")) as source,
        closing(sqlite3.connect(copy / "console.db")) as target,
    ):
        source.backup(target)
    shutil.copytree(directory / "instance", copy / "instance")
    _kept.append(copy)


def copy_to(directory: Path, sip_url: str | None) -> bool:
    """Puts the kept demo into this directory, with its lines on that exchange; False when none is
    kept yet.
    """
    if not _kept:
        return False
    shutil.copytree(_kept[0], directory, dirs_exist_ok=True)
    database = Database(f"sqlite:///{directory}/console.db")
    with database.write() as session:
        connection = session.scalars(select(Connection).where(Connection.name == "Demo PBX")).one()
        settings: dict[str, Any] = {**connection.settings, "url": sip_url or _SIP_URL}
        connection.settings = settings
    database.close()
    return True
