"""Console: the browser workspace of a call-centre agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from .config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Returns the application. Its parts are joined in `application.py`.

    The import stands here: gunicorn's master reads `console.config`, and nothing that gevent has to
    patch may be loaded there.
    """
    from .application import create_app as create

    return create(settings)
