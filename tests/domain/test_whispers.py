"""The text of a whisper: one line of at most 280 characters that a person can see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.whispers import LONGEST, BadWhisper, read_whisper


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  Offer \n\t a refund ", "Offer a refund"),
        ("a\x1b[2Jb\x07", "a[2Jb"),
        ("👩‍👩‍👧 ok", "👩‍👩‍👧 ok"),
        ("Giảm 10% được", "Giảm 10% được"),
        ("x" * LONGEST, "x" * LONGEST),
        ("  " + "é" * LONGEST + "\n", "é" * LONGEST),
    ],
)
def test_whisper_is_one_line_without_control_characters(text: str, line: str) -> None:
    assert read_whisper(text) == line


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u200b", "\x00", "\u202e", "\u2028"])
def test_whisper_that_shows_nothing_is_empty(text: str) -> None:
    with pytest.raises(BadWhisper, match="empty"):
        read_whisper(text)


def test_whisper_is_not_cut_but_refused() -> None:
    with pytest.raises(BadWhisper, match="too_long"):
        read_whisper("x" * (LONGEST + 1))


@given(st.text(max_size=400))
def test_whisper_that_is_read_fits_and_stays_as_it_is(text: str) -> None:
    try:
        line = read_whisper(text)
    except BadWhisper:
        return
    assert 0 < len(line) <= LONGEST
    assert read_whisper(line) == line
