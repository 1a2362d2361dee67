"""What the scripts of a page need to know at the start: identity, phones, waiting times.

Nothing secret but the CSRF token.
"""

from __future__ import annotations

from typing import Any

from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from ..config import Settings
from ..domain import vocabulary
from ..providers import PROVIDERS
from ..storage import agents, models
from ..storage.lines import lines_of
from .provider_texts import line_words, page_texts


def waits(settings: Settings) -> dict[str, int]:
    """Waiting times in ms, by the names of their settings."""
    names = ("ping", "suspect", "expire", "fence", "takeover", "comeback", "command")
    return {name: round(getattr(settings, f"{name}_seconds") * 1000) for name in names}


def frame_data(provider: str) -> dict[str, Any]:
    """The tables for the page of a phone frame, which is the same for everybody."""
    return {"vocabulary": vocabulary.for_browser(), "causes": PROVIDERS[provider].causes}


def page_data(
    settings: Settings, session: Session, user: models.User, view: str, locale: str
) -> dict[str, Any]:
    status = agents.find_status(session, user.id)
    lines = lines_of(session, user)
    return {
        "csrf": generate_csrf(),
        "view": view,
        "user": {"id": user.id, "name": user.name, "locale": locale, "audio": user.audio},
        "region": agents.region_of(session, user.id),
        "phone_origin": settings.phone_origin,
        "lines": [
            {
                "connection": connection.id,
                "provider": connection.provider,
                "name": connection.name,
                "extension": line.extension,
                **line_words(connection.provider),
            }
            for line, connection in lines
        ],
        "device_number": status.device_number if status else "",
        "waits": waits(settings),
        "vocabulary": vocabulary.for_browser(),
        "texts": page_texts(connection.provider for _, connection in lines),
    }
