"""The parts are joined in one place, and each uses only what its constructor was given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest

from console import create_app
from console.app_services import Services
from console.config import SETTINGS, Settings, load_settings
from console.config.timings import Timings

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "console").rglob("*.py"))
SERVICES = {field.name for field in fields(Services)}
# Objects of the wiring itself: they hold services in order to hand them on.
HOLDERS = {"console/application.py", "console/realtime/endpoint.py"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def last_name(node: ast.expr) -> str:
    """`self._units` → units; `units` → units; `services()` → empty."""
    found = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return str(found).lstrip("_")


def reached_through_another(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Attribute):
            continue
        if node.attr in SERVICES and last_name(node.value) in SERVICES:
            yield f"{path.name}:{node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_service_is_reached_through_another(path: Path) -> None:
    if name(path) not in HOLDERS:
        assert list(reached_through_another(path)) == []


def test_the_application_has_one_registry() -> None:
    """`app.extensions` is written in create_app alone."""
    found = [
        f"{name(path)}: {line.strip()}"
        for path in MODULES
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"extensions\[.*\] =", line) and "simulator" not in path.parts
    ]
    assert found == ['console/application.py: app.extensions["console"] = services']


def test_there_is_one_vault() -> None:
    made = [name(path) for path in MODULES if re.search(r"\bVault\(", path.read_text())]
    assert made == ["console/application.py"]


def test_timings_hold_every_setting_in_seconds() -> None:
    seconds = {row.name for row in SETTINGS if row.name.endswith("_seconds")}
    assert {f"{field.name}_seconds" for field in fields(Timings)} == seconds


def test_seconds_are_read_in_timings_alone() -> None:
    """One derivation: no other module reads a setting in seconds."""
    names = "|".join(f"{field.name}_seconds" for field in fields(Timings))
    pattern = re.compile(rf"settings\.({names})\b")
    found = {
        name(path): match[1]
        for path in MODULES
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    }
    assert found == {}


@pytest.fixture
def services(sqlite_url: str, tmp_path: Path) -> Iterator[Services]:
    given = {
        "CONSOLE_ENV": "development",
        "CONSOLE_DATABASE_URL": sqlite_url,
        "CONSOLE_INSTANCE": str(tmp_path),
        "CONSOLE_SIMULATOR": "off",
    }
    settings: Settings = replace(load_settings(given), carry_seconds=20.0)
    made: Services = create_app(settings).extensions["console"]
    yield made
    made.database.close()


def test_carry_seconds_bounds_the_call_and_its_lease(services: Services) -> None:
    """A silent browser that carries a call keeps both for the same time."""
    assert services.timings.carry == 20_000
    assert services.leases.timings.carry_max == services.timings.carry
    assert services.carriers.timings.carry == services.timings.carry
