"""The check of all input from sockets, requests and forms: whether it can be stored.

PostgreSQL stores no NUL in a text, UTF-8 encodes no half of a surrogate pair, JSON has no NaN, and
integers above 2**53 are exact neither in a column nor in a script.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from typing import Any

LARGEST = 2**53 - 1
DEEPEST = 16  # lists and objects inside one another
ID = re.compile(r"[A-Za-z0-9_.:@-]{1,64}")
CLIENT_ID = re.compile(r"[A-Za-z0-9_.@-]{1,64}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


class NotStorable(ValueError):
    """Input that no database or page can hold. The text of the error repeats none of it."""


def read_json(text: str | bytes) -> Any:
    """The value of a JSON text; NotStorable for anything else."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise NotStorable("not JSON") from None


def _no_number(name: str) -> None:
    raise NotStorable(name)


def read_object(text: str | bytes, reported: Collection[str] = ()) -> dict[str, Any]:
    """A storable JSON object.

    `reported`: fields with third-party text, such as a caller's name. Characters that cannot be
    stored are replaced in them and refused in all others.
    """
    found = read_json(text)
    if not isinstance(found, dict):
        raise NotStorable("not an object")
    return {name: _checked(name, value, name in reported) for name, value in found.items()}


def _checked(name: str, value: Any, reported: bool) -> Any:
    if reported:
        return replace_unstorable(value)
    if not is_storable([name, value]):
        raise NotStorable("a value that cannot be stored")
    return value


def is_storable_text(*texts: str) -> bool:
    return not any(map(_UNSTORABLE.search, texts))


def is_storable(value: Any, deepest: int = DEEPEST) -> bool:
    if isinstance(value, str):
        return is_storable_text(value)
    if isinstance(value, int | float):
        return abs(value) <= LARGEST  # NaN is not
    if isinstance(value, list | dict):
        return deepest > 0 and all(is_storable(each, deepest - 1) for each in _inside(value))
    return True


def replace_unstorable(value: Any, deepest: int = DEEPEST) -> Any:
    """The value with everything replaced that cannot be stored."""
    if isinstance(value, str):
        return _UNSTORABLE.sub(_REPLACEMENT, value)
    if isinstance(value, int | float) and not is_storable(value):
        return None
    if isinstance(value, list | dict) and deepest <= 0:
        return None
    if isinstance(value, list):
        return [replace_unstorable(each, deepest - 1) for each in value]
    if isinstance(value, dict):
        return {
            replace_unstorable(name): replace_unstorable(each, deepest - 1)
            for name, each in value.items()
        }
    return value


def _inside(value: list[Any] | dict[str, Any]) -> Iterable[Any]:
    return value if isinstance(value, list) else [*value, *value.values()]
