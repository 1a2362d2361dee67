"""The data that a page's scripts start with: identity, phones, waiting times.

The CSRF token is its only secret.
"""

from __future__ import annotations

from typing import Any

from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from ..app_services import Services
from ..domain import vocabulary
from ..domain.languages import LANGUAGES
from ..providers import PROVIDERS
from ..storage import agents, models
from ..storage.lines import lines_of
from .provider_texts import line_texts, page_texts

_TIMINGS = ("ping", "suspect", "expire", "fence", "takeover", "comeback", "command")


def frame_data(provider: str) -> dict[str, Any]:
    """The tables for the page of a phone frame, which is the same for everybody."""
    return {"vocabulary": vocabulary.for_browser(), "causes": PROVIDERS[provider].causes}


def page_data(
    services: Services, session: Session, user: models.User, view: str, locale: str
) -> dict[str, Any]:
    status = agents.find_status(session, user.id)
    lines = lines_of(session, user)
    return {
        "csrf": generate_csrf(),
        "view": view,
        "user": {"id": user.id, "name": user.name, "locale": locale, "audio": user.audio},
        "region": agents.region_of(session, user.id),
        "phone_origin": services.settings.phone_origin,
        "lines": [
            {
                "connection": connection.id,
                "provider": connection.provider,
                "name": connection.name,
                "extension": line.extension,
                **line_texts(connection.provider),
            }
            for line, connection in lines
        ],
        "device_number": status.device_number if status else "",
        "waits": {name: getattr(services.timings, name) for name in _TIMINGS},
        "languages": LANGUAGES,
        "vocabulary": vocabulary.for_browser(),
        "texts": page_texts(connection.provider for _, connection in lines),
    }
