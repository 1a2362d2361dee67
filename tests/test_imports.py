"""Imports point one way, SQLAlchemy stays in storage, and the domain stays pure."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

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
    {"app_services"},
    {"views", "demo"},
    {"simulator"},
    {"cli"},
    {"application"},
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


OUTSIDE_STORAGE = [path for path in MODULES if part_of(dotted_name(path)) != "storage"]
ROWS_MODULE = "console.storage.models"


def sessions_used(tree: ast.AST) -> Iterator[str]:
    """Attributes of a database session: `session.get`, `unit.session.flush`, whatever its name."""
    opened = {
        item.optional_vars.id
        for node in ast.walk(tree)
        if isinstance(node, ast.With)
        for item in node.items
        if isinstance(item.optional_vars, ast.Name)
        and isinstance(item.context_expr, ast.Call)
        and isinstance(item.context_expr.func, ast.Attribute)
        and item.context_expr.func.attr in ("read", "write")
    }
    annotated = {
        node.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.arg)
        and node.annotation
        and ast.unparse(node.annotation) == "Session"
    }
    names = opened | annotated | {"session"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and hasattr(Session, node.attr):
            owner = node.value
            of_name = isinstance(owner, ast.Name) and owner.id in names
            of_unit = isinstance(owner, ast.Attribute) and owner.attr == "session"
            if of_name or of_unit:
                yield ast.unparse(node)


@pytest.mark.parametrize("path", OUTSIDE_STORAGE, ids=dotted_name)
def test_only_storage_runs_queries(path: Path) -> None:
    """Others pass an open session from one storage function to the next."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert list(sessions_used(tree)) == []


def annotations(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
            yield node.annotation
        elif isinstance(node, ast.FunctionDef) and node.returns:
            yield node.returns
        elif isinstance(node, ast.Subscript):  # an alias: Callable[[User], None]
            yield node.slice


@pytest.mark.parametrize("path", OUTSIDE_STORAGE, ids=dotted_name)
def test_rows_are_only_types_outside_storage(path: Path) -> None:
    """Other parts name a row's class in annotations. Only storage creates rows and queries them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    rows = {
        name.removeprefix(f"{ROWS_MODULE}.")
        for name in imports(path)
        if name.startswith(f"{ROWS_MODULE}.")
    } | {"models"}
    typed = {id(node) for each in annotations(tree) for node in ast.walk(each)}
    used = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id in rows and id(node) not in typed
    ]
    assert [f"line {node.lineno}: {node.id}" for node in used] == []
