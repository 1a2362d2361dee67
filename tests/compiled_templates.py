"""Templates that are compiled once for all applications of this process and its servers: compiling
takes most of an application's start, and of its first answers.
"""

from __future__ import annotations

import atexit
import hashlib
import marshal
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2

DIRECTORY = "COMPILED_TEMPLATES"  # in a server's environment
_compile = jinja2.Environment.compile
_compiled: dict[str, CodeType] = {}


@cache
def directory() -> Path:
    """The one that lasts as long as this process."""
    made = Path(tempfile.mkdtemp(prefix="compiled-templates-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def reuse(directory: Path) -> None:
    """From now on nothing in this process compiles a template whose code is in the directory."""

    def compile(
        environment: jinja2.Environment,
        source: str,
        name: str | None = None,
        filename: str | None = None,
    ) -> CodeType:
        key = _key(environment, source, name, filename)
        if key not in _compiled:
            _compiled[key] = _read(directory / key) or _write(
                directory / key, _compile(environment, source, name, filename)
            )
        return _compiled[key]

    jinja2.Environment.compile = compile  # type: ignore[assignment]


def _key(environment: jinja2.Environment, *template: str | None) -> str:
    """All that the code of a template depends on."""
    env: Any = environment
    given = (
        *template,
        type(env).__qualname__,
        sorted(env.extensions),
        env.trim_blocks,
        env.lstrip_blocks,
        env.globals.get("static"),
        env.globals.get("locale"),  # the one language of a pushed fragment
        bool(getattr(env, "text_macros", None)),
    )
    return hashlib.sha256(repr(given).encode()).hexdigest()


def _read(path: Path) -> CodeType | None:
    try:
        found: CodeType = marshal.loads(path.read_bytes())  # noqa: S302 (this run's own file)
    except FileNotFoundError:
        return None
    return found


def _write(path: Path, code: CodeType) -> CodeType:
    """In one step: several processes write the same file."""
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(marshal.dumps(code))
    part.replace(path)
    return code
