"""The simulator's parts: the exchange imports no other part, and only its registry row names a
vendor.
"""

from __future__ import annotations

import re
from pathlib import Path

from console.simulator.clouds.registry import CLOUDS

SIMULATOR = Path(__file__).resolve().parents[2] / "console/simulator"
FILES = [path for path in SIMULATOR.rglob("*") if path.is_file() and path.suffix != ".pyc"]
REGISTRY = SIMULATOR / "clouds/registry.py"


def imported(path: Path) -> set[str]:
    """The relative modules of a file's imports."""
    return set(re.findall(r"^from (\.[\w.]*) import", path.read_text(encoding="utf-8"), re.M))


def test_each_cloud_has_a_folder_of_its_name() -> None:
    folders = {
        path.name for path in (SIMULATOR / "clouds").iterdir() if (path / "__init__.py").exists()
    }
    assert folders == {cloud.provider for cloud in CLOUDS}


def test_vendors_are_named_only_in_their_folder_and_registry_row() -> None:
    vendors = re.compile("|".join(cloud.provider for cloud in CLOUDS), re.IGNORECASE)
    named = {
        path
        for path in FILES
        if not any(cloud.provider in path.relative_to(SIMULATOR).parts for cloud in CLOUDS)
        and vendors.search(path.read_text(encoding="utf-8"))
    }
    assert named == {REGISTRY}
    lines = [line for line in REGISTRY.read_text().splitlines() if vendors.search(line)]
    assert len(lines) == 2 * len(CLOUDS), "an import and a row"


def test_the_exchange_imports_neither_clouds_nor_web() -> None:
    for path in (SIMULATOR / "exchange").glob("*.py"):
        assert not any(name.startswith("..") for name in imported(path)), path.name


def test_clouds_import_the_exchange_alone() -> None:
    for path in (SIMULATOR / "clouds").rglob("*.py"):
        outside = {name for name in imported(path) if re.match(r"\.\.+(exchange|web|\w)", name)}
        foreign = {
            name for name in outside if not re.match(r"\.\.+(exchange|sockets|base)\b", name)
        }
        assert foreign == set(), path.name


def test_imitated_scripts_are_called_fake() -> None:
    scripts = [path for path in FILES if path.suffix == ".js" and "clouds" in path.parts]
    assert scripts and [path.name for path in scripts if not path.name.startswith("fake_")] == []
