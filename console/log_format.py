"""Foreign text in a log or on a terminal: it stays within its line and its quotes."""

from __future__ import annotations

import logging
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

_ESCAPED = {'"': '\\"', "\\": "\\\\"}


def one_line(text: str) -> str:
    """Escapes quotes, backslashes, line ends and all other unprintable characters."""
    if text.isprintable() and _ESCAPED.keys().isdisjoint(text):
        return text
    return "".join(
        _ESCAPED.get(letter) or (letter if letter.isprintable() else _code(letter))
        for letter in text
    )


def _code(letter: str) -> str:
    return letter.encode("unicode_escape").decode()


class OneLineFormatter(logging.Formatter):
    """A message is one line.

    The lines of a traceback are indented, so that none of them looks like a message.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        record.message = one_line(record.message)
        return super().formatMessage(record)

    def formatException(  # noqa: N802
        self,
        ei: (
            tuple[type[BaseException], BaseException, TracebackType | None]
            | tuple[None, None, None]
        ),
    ) -> str:
        return "\n".join(f"  {one_line(line)}" for line in super().formatException(ei).splitlines())


def init_log_format(app: Flask, level: str) -> None:
    """Imports Flask here: gunicorn's master loads this module and must stay unpatched and small."""
    from flask.logging import default_handler

    app.logger.setLevel(level.upper())
    default_handler.setFormatter(
        OneLineFormatter(
            "[%(asctime)s] %(levelname)s in %(module)s: %(message)s", "%Y-%m-%d %H:%M:%S %z"
        )
    )
