"""What a phone system can do and what its codes mean, as a page says it in its reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from ..providers import PROVIDERS


def line_words(provider: str) -> dict[str, Any]:
    """The devices of a line, why it refuses which command on each, and its own codes in words."""
    declared = PROVIDERS[provider]
    return {
        "devices": [device.value for device in declared.capabilities.offered],
        "refusals": declared.capabilities.refusals(),
        "sentences": {key: " ".join(map(gettext, words)) for key, words in declared.sentences.items()},
    }
