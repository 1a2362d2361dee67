"""The one check of all input from outside, by socket, request or form: can it be kept?

PostgreSQL keeps no NUL in a text, UTF-8 knows no half of a surrogate pair, JSON has no NaN, and no
column and no script counts further than 2**53.
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
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


class Unkeepable(ValueError):
    """Something that no database, frame or page can hold. The text repeats nothing of it."""


def read_json(text: str | bytes) -> Any:
    """The value of a JSON text; Unkeepable where it is none, or nobody could read it."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Unkeepable("not JSON") from None


def _no_number(name: str) -> None:
    raise Unkeepable(name)


def read_object(text: str | bytes, reported: Collection[str] = ()) -> dict[str, Any]:
    """A JSON object that can be kept.

    `reported`: fields that repeat the words of others, such as a caller's own name. Characters that
    cannot be kept are replaced in them and refused anywhere else.
    """
    found = read_json(text)
    if not isinstance(found, dict):
        raise Unkeepable("not an object")
    return {name: _checked(name, value, name in reported) for name, value in found.items()}


def _checked(name: str, value: Any, reported: bool) -> Any:
    if reported:
        return keepable(value)
    if not is_keepable([name, value]):
        raise Unkeepable("a value that cannot be kept")
    return value


def is_keepable_text(*texts: str) -> bool:
    return not any(map(_UNKEEPABLE.search, texts))


def is_keepable(value: Any, deepest: int = DEEPEST) -> bool:
    if isinstance(value, str):
        return is_keepable_text(value)
    if isinstance(value, int | float):
        return abs(value) <= LARGEST  # NaN is not
    if isinstance(value, list | dict):
        return deepest > 0 and all(is_keepable(each, deepest - 1) for each in _inside(value))
    return True


def keepable(value: Any, deepest: int = DEEPEST) -> Any:
    """The same with what cannot be kept replaced."""
    if isinstance(value, str):
        return _UNKEEPABLE.sub(_REPLACEMENT, value)
    if isinstance(value, int | float) and not is_keepable(value):
        return None
    if isinstance(value, list | dict) and deepest <= 0:
        return None
    if isinstance(value, list):
        return [keepable(each, deepest - 1) for each in value]
    if isinstance(value, dict):
        return {keepable(name): keepable(each, deepest - 1) for name, each in value.items()}
    return value


def _inside(value: list[Any] | dict[str, Any]) -> Iterable[Any]:
    return value if isinstance(value, list) else [*value, *value.values()]
