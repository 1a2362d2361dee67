"""Hostile texts, numbers and shapes that a database, a frame or a page cannot hold."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st

HALF = "\ud83d"  # of an emoji
KNOWN_BAD: tuple[Any, ...] = (
    "\x00",
    "a\x00b",
    HALF,
    f"ok{HALF}",
    "\udcff",
    "x" * 5_000,
    "\u202e",
    "\r\nSet-Cookie: a=b",
    "' OR 1=1 --",
    "%s%n",
    "٣",
    "²",
    10**30,
    -(10**30),
    2**63,
    2**53,
    -1,
    math.inf,
    -math.inf,
    math.nan,
    1e308,
    True,
    None,
    [],
    {},
    [[]],
    {"\x00": HALF},
)


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


TEXTS = st.one_of(
    st.sampled_from([each for each in KNOWN_BAD if isinstance(each, str)]),
    st.text(st.characters(codec=None), max_size=80),  # lone surrogates too
    st.text(st.sampled_from("\x00\ud800\udfff\ufffea1:/\\\n<&'\""), max_size=12),
)
_INSIDE = TEXTS | st.integers()
VALUES = st.one_of(
    TEXTS,
    st.sampled_from(KNOWN_BAD),
    st.integers(),
    st.floats(),
    st.recursive(
        TEXTS | st.integers(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=6,
    ),
    st.sampled_from([nested(30), nested(900)]),
)
