"""What is wrong with something from outside, in a sentence that repeats nothing of it."""

from __future__ import annotations

import re

from pydantic import ValidationError

_SUBJECT = re.compile(r"^(?:Input|String|List|Tuple|Dictionary|Value) should ")


def problem_of(error: ValidationError) -> str:
    """The first problem: the field's name, and how it must be."""
    found = error.errors(include_url=False, include_input=False, include_context=False)[0]
    field = f"`{found['loc'][0]}`" if found["loc"] else "The value"
    message = found["msg"].removeprefix("Value error, ")
    if found["type"] == "missing":
        return f"{field} is missing."
    if not _SUBJECT.match(message):
        return f"{field}: {message.rstrip('.')}."
    return _SUBJECT.sub(f"{field} must ", message) + "."
