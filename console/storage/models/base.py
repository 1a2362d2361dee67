"""The base of all tables.

Times are whole milliseconds UTC, ids are UUIDv7 in text, secrets are encrypted before they are
stored.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, String
from sqlalchemy.orm import DeclarativeBase
from uuid_utils import uuid7

Id = String(36)


def new_id() -> str:
    """A UUIDv7: ids made later sort later."""
    return str(uuid7())


class Base(DeclarativeBase):
    type_annotation_map = {int: BigInteger, dict[str, Any]: JSON, list[Any]: JSON}
