"""The JSON object that a request brings, read as the type that its view declares."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import request
from pydantic import TypeAdapter, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from ..domain.storable import NotStorable, read_object
from ..errors import BadRequest

Body = TypeVar("Body")


def json_body(body: TypeAdapter[Body], *reported: str, longest: int | None = None) -> Body:
    """BadRequest where it is not of this type, or holds what cannot be kept; 413 above `longest`
    bytes.

    `reported`: fields with text of third parties, which is cleaned instead.
    """
    return checked(body, json_object(*reported, longest=longest))


def json_object(*reported: str, longest: int | None = None) -> dict[str, Any]:
    if longest is not None and len(request.get_data()) > longest:
        raise RequestEntityTooLarge
    if not request.is_json:
        raise BadRequest
    try:
        return read_object(request.get_data(), reported)
    except NotStorable:
        raise BadRequest from None


def checked(adapter: TypeAdapter[Body], value: object) -> Body:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise BadRequest from error
