"""Ids of rows."""

from __future__ import annotations

from uuid_utils import uuid7


def new_id() -> str:
    """A UUIDv7: ids made later sort later."""
    return str(uuid7())
