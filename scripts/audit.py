"""Known vulnerabilities of the packages that Console and its tests use: python -m scripts.audit
PIP_AUDIT.

pip-audit and npm audit end with 1 for a hole as for a failure, and pip-audit with 0 when it has
found no package at the registry. So their JSON decides: holes are listed and end with 0; what could
not be looked at is named and ends with 1. The vendored scripts are looked at as well: package.json
pins their versions.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any, NamedTuple


class Hole(NamedTuple):
    package: str
    version: str
    known_as: str
    mended_in: str


class NotAudited(Exception):
    """Nothing is known of these packages: the text says why."""


def python_holes(report: dict[str, Any]) -> list[Hole]:
    rows = report["dependencies"]
    unknown = [row["name"] for row in rows if "skip_reason" in row]
    if unknown or not rows:
        raise NotAudited(
            f"{len(unknown)} of {len(rows)} packages were not found at the registry:"
            f" {', '.join(unknown)}"
        )
    return [
        Hole(
            row["name"],
            row["version"],
            ", ".join([hole["id"], *hole.get("aliases", [])]),
            ", ".join(hole["fix_versions"]),
        )
        for row in rows
        for hole in row["vulns"]
    ]


def node_holes(report: dict[str, Any]) -> list[Hole]:
    """A package that merely needs one with a hole names it in place of an advisory; the hole is
    told once.
    """
    if "vulnerabilities" not in report:
        raise NotAudited(report.get("message") or "the registry gave no answer")
    return [
        Hole(
            name,
            hole["range"],
            f"{hole['severity']}: {hole['title']}, {hole['url']}",
            "see npm audit" if row.get("fixAvailable") else "",
        )
        for name, row in report["vulnerabilities"].items()
        for hole in row["via"]
        if isinstance(hole, dict)
    ]


def audit(command: list[str], read: Callable[[dict[str, Any]], list[Hole]]) -> bool:
    """Prints what is known; whether everything could be looked at."""
    print(f"\n{' '.join(command)}", flush=True)
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    try:
        holes = read(json.loads(done.stdout))
    except NotAudited as reason:
        print(f"  not audited: {reason}")
        return False
    except ValueError:
        print(f"  not audited: {(done.stderr.strip().splitlines() or ['it said nothing'])[-1]}")
        return False
    for hole in holes:
        print(
            f"  {hole.package} {hole.version}: {hole.known_as}; mended in:"
            f" {hole.mended_in or 'no version yet'}"
        )
    print(f"  {len(holes) or 'no'} known holes")
    return True


LISTS = ("requirements.txt", "requirements-dev.txt", "requirements-mutants.txt")


def main(pip_audit: str) -> int:
    files = [each for name in LISTS for each in ("--requirement", name)]
    exact = [
        "--no-deps",
        "--disable-pip",
        "--progress-spinner=off",
        "--format=json",
    ]  # each version is pinned there
    whole = [
        audit([pip_audit, *files, *exact], python_holes),
        audit(["npm", "audit", "--package-lock-only", "--json"], node_holes),
    ]
    return 0 if all(whole) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
