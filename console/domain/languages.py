"""The languages of pages and pushes, each with its own name; the first is the default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import Field

LANGUAGE_NAMES: Final[Mapping[str, str]] = {"vi": "Tiếng Việt", "en": "English"}
LANGUAGES: Final = tuple(LANGUAGE_NAMES)
DEFAULT_LANGUAGE: Final = LANGUAGES[0]

Language = Annotated[str, Field(pattern=f"^(?:{'|'.join(LANGUAGES)})$")]
