"""What a phone system can do and what its codes mean, as a page says it in its reader's
language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext

from ..providers import PROVIDERS


def line_words(provider: str) -> dict[str, Any]:
    """The devices of a line, why it refuses which command on each, and its own codes in words."""
    declared = PROVIDERS[provider]
    return {
        "devices": [device.value for device in declared.capabilities.offered],
        "refusals": declared.capabilities.refusals(),
        "sentences": _in_words(declared.sentences),
        "registration": _in_words(declared.registration),
    }


def page_texts(providers: Iterable[str]) -> dict[str, str]:
    """The texts of the workspace that these providers declare, by the page's key."""
    return {
        key: gettext(text)
        for provider in providers
        for key, text in PROVIDERS[provider].page_texts.items()
    }


def _in_words(table: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {key: " ".join(map(gettext, words)) for key, words in table.items()}
