"""Errors of wrong input: an English sentence, and its parts for a translation."""

from __future__ import annotations

from typing import Any


class InputError(ValueError):
    """`sentence` has a place `%(name)s` for each fact; a fact may be another InputError."""

    def __init__(self, sentence: str, **facts: Any) -> None:
        super().__init__(sentence % facts)
        self.sentence, self.facts = sentence, facts


def N_(sentence: str) -> str:  # noqa: N802 (the name that Babel looks for)
    """A sentence that the web part translates: the exchange knows no request."""
    return sentence
