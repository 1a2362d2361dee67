"""Imports point one way, SQLAlchemy stays in storage, and the domain stays pure."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(
    path for path in (ROOT / "console").rglob("*.py") if "migrations" not in path.parts
)

# A part may import itself and what stands in earlier rows, never a later row nor its neighbours.
ROWS = (
    {"log_format", "security_log"},
    {"errors", "config", "outgoing_http", "static_files"},
    {"domain"},
    {"providers", "storage"},
    {"security"},
    {"services"},
    {"realtime"},
    {"registry"},
    {"views", "demo"},
    {"simulator"},
    {"call_parts"},
    {"cli"},
    {"create_app"},
)
ROW_OF = {part: number for number, row in enumerate(ROWS) for part in row}
# pydantic reads what comes from outside into the types of the domain, and does nothing else.
PURE = set(sys.stdlib_module_names) | {"phonenumbers", "pydantic", "typing_extensions", "console"}


def part_of(dotted: str) -> str:
    """console.storage.calls → storage; console itself is create_app."""
    return dotted.split(".")[1] if "." in dotted else "create_app"


def dotted_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """Absolute names of all that a module imports;

    `from . import calls` gives console.storage.calls.
    """
    package = dotted_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=dotted_name)
def test_a_part_imports_only_parts_below_it(path: Path) -> None:
    own = part_of(dotted_name(path))
    assert own in ROW_OF, f"console/{own} has no place in the order of parts yet"
    for name in imports(path):
        other = part_of(name) if name.split(".")[0] == "console" else own
        if other not in ROW_OF:  # `from console import create_app`
            other = "create_app"
        assert other == own or ROW_OF[other] < ROW_OF[own], f"{own} imports {name}"


@pytest.mark.parametrize(
    "path", [path for path in MODULES if part_of(dotted_name(path)) != "storage"], ids=dotted_name
)
def test_sqlalchemy_is_imported_in_storage_only(path: Path) -> None:
    """Others hand its Session from one storage function to the next; only its type is theirs to
    name.
    """
    used = {name for name in imports(path) if name.split(".")[0] in ("sqlalchemy", "alembic")}
    assert used <= {"sqlalchemy.orm.Session"}


@pytest.mark.parametrize("path", sorted((ROOT / "console/domain").glob("*.py")), ids=dotted_name)
def test_the_domain_is_pure(path: Path) -> None:
    assert {name.split(".")[0] for name in imports(path)} <= PURE
