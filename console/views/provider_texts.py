"""A provider's abilities and codes as texts in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext

from ..providers import PROVIDERS


def line_texts(provider: str) -> dict[str, Any]:
    """The devices of a line, the reasons for refused commands on each, and its codes as texts."""
    declared = PROVIDERS[provider]
    return {
        "devices": [device.value for device in declared.capabilities.offered],
        "refusals": declared.capabilities.refusals(),
        "sentences": _as_texts(declared.sentences),
        "registration": _as_texts(declared.registration),
    }


def page_texts(providers: Iterable[str]) -> dict[str, str]:
    """The texts of the workspace that these providers declare, by the page's key."""
    return {
        key: gettext(text)
        for provider in providers
        for key, text in PROVIDERS[provider].page_texts.items()
    }


def _as_texts(table: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {key: " ".join(map(gettext, words)) for key, words in table.items()}
