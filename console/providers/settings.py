"""Settings of connections and lines, as an administrator typed them, read as declared types."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, TypeAdapter, ValidationError

from ..domain.validation import problem_of
from .base import BadSettings

Read = TypeVar("Read")

# One address, or a list of them.
Addresses = Annotated[
    list[str], BeforeValidator(lambda given: [given] if isinstance(given, str) else given)
]


def read_setting(name: str, adapter: TypeAdapter[Read], value: Any) -> Read:
    """BadSettings names the setting and what it must be."""
    try:
        return adapter.validate_python(value, strict=True)
    except ValidationError as error:
        raise BadSettings(_sentence(name, value, problem_of(error))) from error


def _sentence(name: str, value: Any, problem: str) -> str:
    if value is None:
        return f"`{name}` is missing."
    whole = problem.removeprefix("The value")
    return f"`{name}`{whole}" if whole != problem else f"`{name}`: {problem}"
