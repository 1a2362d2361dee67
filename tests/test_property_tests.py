"""`make explore` looks further than `make test`: no property test fixes its number of examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.property_examples import examples

TESTS = Path(__file__).parent
PROFILES = TESTS / "conftest.py"


@pytest.fixture
def exploring() -> Iterator[None]:
    before = hypothesis.settings()
    hypothesis.settings.load_profile("explore")
    yield
    hypothesis.settings.register_profile("before", before)
    hypothesis.settings.load_profile("before")


def test_make_explore_tries_more_examples_than_make_test(exploring: None) -> None:
    assert examples(150) > 10 * 150


def test_no_property_test_fixes_its_examples_or_its_seed() -> None:
    fixed = re.compile(r"max_examples=(?!examples\()|derandomize=")
    paths = (path for path in TESTS.rglob("*.py") if path not in (PROFILES, Path(__file__)))
    assert [path.name for path in paths if fixed.search(path.read_text(encoding="utf-8"))] == []
