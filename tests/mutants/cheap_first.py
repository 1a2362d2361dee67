"""A plugin of pytest: what needs no database comes first, because the first failure kills a mutant
and ends its run.
"""

from __future__ import annotations

import pytest

DEAR = ("database", "cast_", "worker", "empty_sqlite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(
        key=lambda item: (
            any(name in DEAR for name in getattr(item, "fixturenames", ())),
            "_schedule" in item.nodeid,
        )
    )
