"""Checks input from outside, and names its fault in a sentence that repeats none of it."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import StringConstraints, ValidationError

from .storable import CLIENT_ID, ID

LONGEST_NOTE = 10_000  # characters; the pages' fields take 4,000
PRINTABLE = r"^(?:[^\p{C}\p{Z}]| )*$"  # the characters of str.isprintable()
ClientId = Annotated[str, StringConstraints(pattern=f"^{CLIENT_ID.pattern}$")]
CommandId = Annotated[str, StringConstraints(pattern=f"^{ID.pattern}$")]

_SUBJECT = re.compile(r"^(?:Input|String|List|Tuple|Dictionary|Value) should ")


def problem_of(error: ValidationError) -> str:
    """The first problem: the field's name, and how it must be."""
    found = error.errors(include_url=False, include_input=False, include_context=False)[0]
    named = [part for part in found["loc"] if isinstance(part, str)]
    field = f"`{named[0]}`" if named else "The value"
    message = found["msg"].removeprefix("Value error, ")
    if found["type"] == "missing":
        return f"{field} is missing."
    if not _SUBJECT.match(message):
        return f"{field}: {message.rstrip('.')}."
    return _SUBJECT.sub(f"{field} must ", message) + "."
