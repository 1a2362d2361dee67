"""The data that a page's scripts start with: identity, phones, waiting times.

The CSRF token is its only secret.
"""

from __future__ import annotations

from typing import Any

from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from ..registry import Services
from ..storage import agents, models
from ..storage.lines import lines_of
from .provider_texts import line_texts

_TIMINGS = ("ping", "suspect", "expire", "fence", "takeover", "comeback", "command")


def page_data(
    services: Services,
    session: Session,
    user: models.User,
    view: str,
    locale: str,
) -> dict[str, Any]:
    status = agents.find_status(session, user.id)
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
            for line, connection in lines_of(session, user)
        ],
        "device_number": status.device_number if status else "",
        "waits": {name: getattr(services.timings, name) for name in _TIMINGS},
    }
