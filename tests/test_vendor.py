"""Vendored files are what their entries say."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "static/vendor"
FILES: list[dict[str, str]] = json.loads((VENDOR / "VENDOR.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["file"])
def test_a_vendored_file_matches_its_entry(entry: dict[str, str]) -> None:
    path = VENDOR / entry["file"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]
    assert entry["version"] in path.parent.name
    assert entry["package"] and entry["licence"] and entry["source"]
    assert (path.parent / "LICENSE").exists()


def test_every_vendored_file_has_an_entry() -> None:
    ours = ("LICENSE", "VENDOR.json", ".d.ts")
    files = {p for p in VENDOR.rglob("*") if p.is_file() and not p.name.endswith(ours)}
    assert {str(path.relative_to(VENDOR)) for path in files} == {entry["file"] for entry in FILES}


def test_vendored_versions_are_those_of_package_json() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    pinned = {**package.get("dependencies", {}), **package.get("devDependencies", {})}
    assert {entry["package"]: entry["version"] for entry in FILES}.items() <= pinned.items()


def test_package_lock_fits_package_json_and_names_no_registry() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    root = lock["packages"][""]
    for kind in ("dependencies", "devDependencies"):
        assert root.get(kind, {}) == package.get(kind, {})
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
