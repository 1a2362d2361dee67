"""Sentences of the code as they are written there, outside any request."""

from __future__ import annotations

from flask import Flask
from flask_babel import Babel, LazyString, force_locale


def in_english(sentence: LazyString | str) -> str:
    app = Flask("words")
    Babel(app)
    with app.test_request_context(), force_locale("en"):
        return str(sentence)
