"""The demo's database and keys as the first Console of this process has prepared them, for the next
ones to copy: preparing takes as much of the processor as starting.
"""

from __future__ import annotations

import atexit
import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from console.storage.database import Database
from console.storage.models import Connection


@dataclass(frozen=True)
class Addresses:
    """The servers that the demo's connections lead to; no simulator: no pretend clouds."""

    sip_url: str
    simulator: str | None


_kept: dict[bool, tuple[Path, Addresses]] = {}


def keep(directory: Path, addresses: Addresses) -> None:
    """Copies what a Console in this directory has prepared, unless an earlier one's is kept."""
    simulating = addresses.simulator is not None
    if simulating in _kept:
        return
    copy = Path(tempfile.mkdtemp(prefix="prepared-demo-"))
    atexit.register(shutil.rmtree, copy, ignore_errors=True)
    with (
        closing(sqlite3.connect(directory / "console.db")) as source,
        closing(sqlite3.connect(copy / "console.db")) as target,
    ):
        source.backup(target)
    shutil.copytree(directory / "instance", copy / "instance")
    _kept[simulating] = copy, addresses


def copy_to(directory: Path, addresses: Addresses) -> bool:
    """Puts the kept demo into this directory, with its connections to these addresses; False when
    none is kept yet.
    """
    kept = _kept.get(addresses.simulator is not None)
    if not kept:
        return False
    copy, others = kept
    shutil.copytree(copy, directory, dirs_exist_ok=True)
    database = Database(f"sqlite:///{directory}/console.db")
    with database.write() as session:
        for connection in session.scalars(select(Connection)):
            text = json.dumps(connection.settings).replace(others.sip_url, addresses.sip_url)
            if others.simulator and addresses.simulator:
                text = text.replace(others.simulator, addresses.simulator)
            connection.settings = json.loads(text)
    database.close()
    return True
