"""The text of a whisper: one line of at most 280 characters that a person can see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.one_line import LONGEST_WHISPER, BadLine, one_line, read_whisper


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  Offer \n\t a refund ", "Offer a refund"),
        ("a\x1b[2Jb\x07", "a[2Jb"),
        ("👩‍👩‍👧 ok", "👩‍👩‍👧 ok"),
        ("a\u202eb\u2066c", "abc"),
        ("Giảm 10% được", "Giảm 10% được"),
        ("x" * LONGEST_WHISPER, "x" * LONGEST_WHISPER),
        ("  " + "é" * LONGEST_WHISPER + "\n", "é" * LONGEST_WHISPER),
    ],
)
def test_whisper_is_one_line_without_control_characters(text: str, line: str) -> None:
    assert read_whisper(text) == line


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u200b", "\x00", "\u202e", "\u2028"])
def test_whisper_that_shows_nothing_is_empty(text: str) -> None:
    with pytest.raises(BadLine, match="empty"):
        read_whisper(text)


def test_whisper_is_not_cut_but_refused() -> None:
    with pytest.raises(BadLine, match="too_long"):
        read_whisper("x" * (LONGEST_WHISPER + 1))


@given(st.text(max_size=400))
def test_whisper_that_is_read_fits_and_stays_as_it_is(text: str) -> None:
    try:
        line = read_whisper(text)
    except BadLine:
        return
    assert 0 < len(line) <= LONGEST_WHISPER
    assert read_whisper(line) == line


def test_line_without_anything_to_see_is_empty() -> None:
    assert one_line(" \u200b\u202e ", 5) == ""
    assert one_line(" ab\n c ", 5) == "ab c"
    with pytest.raises(BadLine, match="too_long"):
        one_line("abcdef", 5)
