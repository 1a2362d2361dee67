"""The base of all tables.

Times are whole milliseconds UTC, ids are UUIDv7 in text, secrets are encrypted before they are
stored.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, String
from sqlalchemy.orm import DeclarativeBase

Id = String(36)


class Base(DeclarativeBase):
    type_annotation_map = {int: BigInteger, dict[str, Any]: JSON, list[Any]: JSON}
