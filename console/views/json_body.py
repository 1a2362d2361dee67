"""The JSON object in a request's body, checked here and read nowhere else."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from ..domain.storable import NotStorable, read_object
from ..errors import BadRequest


def json_body(*reported: str, longest: int | None = None) -> dict[str, Any]:
    """Raises BadRequest for other bodies and unstorable text; 413 above `longest` bytes.

    `reported`: fields with text of third parties, which is cleaned instead.
    """
    if longest is not None and len(request.get_data()) > longest:
        raise RequestEntityTooLarge
    if not request.is_json:
        raise BadRequest
    try:
        return read_object(request.get_data(), reported)
    except NotStorable:
        raise BadRequest from None
