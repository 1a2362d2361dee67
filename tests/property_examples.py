"""How many examples a property test tries: the profile of tests/conftest.py decides."""

from __future__ import annotations

import hypothesis

USUAL = 100  # Hypothesis's own number, which the profile of `make test` leaves as it is


def examples(usual: int) -> int:
    """`usual` in `make test`, and more by the same factor in every test of `make explore`."""
    return usual * int(hypothesis.settings().max_examples) // USUAL
