"""The JSON object that a request brings: checked here, and read nowhere else."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from ..domain.storable import NotStorable, read_object
from ..errors import BadRequest


def json_body(*reported: str, longest: int | None = None) -> dict[str, Any]:
    """BadRequest where it is none, or holds what cannot be kept; 413 above `longest` bytes.

    `reported`: fields that repeat the words of others. They are cleaned instead.
    """
    if longest is not None and len(request.get_data()) > longest:
        raise RequestEntityTooLarge
    if not request.is_json:
        raise BadRequest
    try:
        return read_object(request.get_data(), reported)
    except NotStorable:
        raise BadRequest from None
