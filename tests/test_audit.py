"""`make audit` distinguishes vulnerable packages from unaudited ones."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from scripts.audit import Hole, NotAudited, audit, node_holes, python_holes

SOUND: dict[str, Any] = {"name": "flask", "version": "3.1.3", "vulns": []}
HOLE: dict[str, Any] = {
    "id": "PYSEC-1",
    "aliases": ["CVE-1"],
    "fix_versions": ["3.1.4"],
    "description": "…",
}


def test_a_vulnerability_is_listed_with_its_ids_and_fix() -> None:
    report = {"dependencies": [SOUND, {**SOUND, "vulns": [HOLE]}], "fixes": []}
    assert python_holes(report) == [Hole("flask", "3.1.3", "PYSEC-1, CVE-1", "3.1.4")]


def test_an_unaudited_package_fails_the_audit() -> None:
    with pytest.raises(NotAudited, match=r"1 of 2 packages.*gevent"):
        python_holes(
            {"dependencies": [SOUND, {"name": "gevent", "skip_reason": "not found"}], "fixes": []}
        )


def test_no_package_at_all_is_no_audit() -> None:
    with pytest.raises(NotAudited):
        python_holes({"dependencies": [], "fixes": []})


def test_a_vulnerable_npm_package_is_listed_without_dependents() -> None:
    advisory = {
        "title": "Escape",
        "url": "https://example.com/1",
        "severity": "high",
        "range": "<4.8.5",
    }
    found = {
        "socket.io": {"via": [advisory], "fixAvailable": True},
        "needs-it": {"via": ["socket.io"], "fixAvailable": True},
    }
    assert [hole.package for hole in node_holes({"vulnerabilities": found})] == ["socket.io"]
    assert node_holes({"vulnerabilities": {}}) == []


def test_a_registry_without_audits_is_reported() -> None:
    with pytest.raises(NotAudited, match="405"):
        node_holes({"message": "405 Method Not Allowed", "error": {}})


@pytest.mark.parametrize(
    ("says", "whole"),
    [
        (json.dumps({"dependencies": [{**SOUND, "vulns": [HOLE]}]}), True),
        (json.dumps({"dependencies": []}), False),
        ("a crash", False),
    ],
)
def test_holes_are_a_report_and_only_a_failure_fails(says: str, whole: bool) -> None:
    assert (
        audit([sys.executable, "-c", f"print({says!r}); raise SystemExit(1)"], python_holes)
        is whole
    )
