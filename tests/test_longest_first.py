"""The order in which `make test` begins the test files."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.longest_first import SECONDS, TESTS, longest_first


def test_each_file_that_is_known_to_take_long_is_there() -> None:
    assert [name for name in SECONDS if not (TESTS / name).is_file()] == []


def test_longest_file_comes_first_then_the_one_with_more_tests() -> None:
    long, longer = sorted(SECONDS, key=lambda name: SECONDS[name])[:: len(SECONDS) - 1]
    files = ["domain/test_few.py", "domain/test_many.py", "domain/test_many.py", long, longer]
    items: Any = [
        SimpleNamespace(path=TESTS / name, number=number) for number, name in enumerate(files)
    ]
    longest_first(items)
    assert [item.number for item in items] == [4, 3, 1, 2, 0]


def test_make_keeps_to_that_order() -> None:
    makefile = (TESTS.parent / "Makefile").read_text(encoding="utf-8")
    by_file = [line for line in makefile.splitlines() if "--dist" in line]
    assert by_file
    assert all("--no-loadscope-reorder" in line for line in by_file)
