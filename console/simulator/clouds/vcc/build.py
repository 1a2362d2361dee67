"""The build of the pretend VCC scripts for the next page, and the form of a refused login."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from .script_files import SWITCHES

LoginStyle = Literal["mixed", "errors", "numbers", "http"]
_FIELDS: dict[str, Any] = {name: (type(value), value) for name, value in SWITCHES.items()}
Build: type[BaseModel] = create_model(
    "Build", __config__=ConfigDict(extra="forbid"), login_style=(LoginStyle, "mixed"), **_FIELDS
)


class WrongBuild(ValueError):
    """The message names the wrong switch and all that there are."""


def read_build(given: object) -> dict[str, Any]:
    """The chosen switches; {} is the newest build."""
    try:
        return Build.model_validate(given).model_dump(exclude_unset=True)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"])) or "body"
        known = ", ".join(sorted(Build.model_fields))
        raise WrongBuild(f"{name}: {first['msg']}. There are {known}.") from None
