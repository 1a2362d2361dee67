"""The settings: one table, read from CONSOLE_<NAME>, secrets also from the file that
CONSOLE_<NAME>_FILE names.

Only the standard library is imported: gunicorn's master reads this before a worker lets gevent
patch anything.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from .checks import CHECKS
from .development_keys import development_keys
from .settings import SETTINGS, Setting, Settings

__all__ = ["SETTINGS", "Setting", "Settings", "SettingsError", "load_settings"]


class SettingsError(Exception):
    """A setting is missing or wrong; the message is the sentence that the administrator reads."""


def _items(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.replace("\n", ",").split(",") if item.strip())


_MAY_BE_ZERO = ("wall_gather_seconds", "keep_")
_READERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "str": (str, "a text"),
    "int": (int, "a whole number"),
    "float": (float, "a number"),
    "tuple[str, ...]": (_items, "a list separated by commas"),
}


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Reads, completes and checks the settings. Raises SettingsError with a sentence."""
    given = {row.name: _read(row, text) for row in SETTINGS if (text := _text(row, environ))}
    settings = _completed(Settings(**given))
    for wrong, sentence in CHECKS:
        if wrong(settings):
            raise SettingsError(sentence if isinstance(sentence, str) else sentence(settings))
    return settings


def _text(row: Setting, environ: Mapping[str, str]) -> str:
    path = environ.get(f"{row.variable}_FILE", "") if row.secret else ""
    if not path:
        return environ.get(row.variable, "").strip()
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise SettingsError(
            f"{row.variable}_FILE names {path}, which cannot be read: {problem.strerror}."
        ) from None


def _read(row: Setting, text: str) -> Any:
    reader, kind = _READERS[row.type]
    try:
        value = reader(text)
    except ValueError:
        raise SettingsError(f"{row.variable} must be {kind}, not {text!r}.") from None
    if isinstance(value, int | float) and not (
        0 < value < 1e9 or (value == 0 and row.name.startswith(_MAY_BE_ZERO))
    ):
        raise SettingsError(f"{row.variable} must be greater than zero, not {text!r}.")
    return value


def _completed(given: Settings) -> Settings:
    """Fills in the defaults that depend on other settings."""
    folder = Path(given.instance).absolute()
    more: dict[str, Any] = {
        "instance": str(folder),
        "origin": given.origin.rstrip("/"),
        "phone_origin": given.phone_origin.rstrip("/"),
    }
    if not given.database_url:
        folder.mkdir(parents=True, exist_ok=True)
        more["database_url"] = f"sqlite:///{folder / 'console.db'}"
    if given.development:
        more["origin"] = more["origin"] or f"http://localhost:{given.port}"
        more["phone_origin"] = more["phone_origin"] or f"http://*.phone.localhost:{given.port}"
        more["simulator_port"] = given.simulator_port or given.port + 1
        more["private_targets"] = given.private_targets or ("127.0.0.0/8", "::1/128")
        kept = {} if given.secret_key and given.encryption_keys else development_keys(folder)
        more["secret_key"] = given.secret_key or kept["secret_key"]
        more["encryption_keys"] = given.encryption_keys or (kept["encryption_key"],)
    elif given.phone_same_origin == "accepted":
        more["phone_origin"] = more["phone_origin"] or more["origin"]
    return replace(given, **more)
