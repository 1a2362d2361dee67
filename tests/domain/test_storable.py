"""Texts from outside: kept, refused, or with unstorable characters replaced."""

from __future__ import annotations

import json
from typing import Any

import pytest

from console.domain.storable import (
    DEEPEST,
    LARGEST,
    NotStorable,
    is_storable,
    is_storable_text,
    read_json,
    read_object,
    replace_unstorable,
)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def kind(value: Any) -> str:
    return type(value).__name__


NAN = float("nan")
UNSTORABLE = [
    "a\x00b",
    "\ud800",
    "\udfff",
    LARGEST + 1,
    -LARGEST - 1,
    NAN,
    float("inf"),
    nested(DEEPEST + 1),
    {"\x00": 1},
    {"a": "\x00"},
    [1, "\ud83d"],
]
STORABLE = [
    "",
    "é\ud7ff\ue000😀",
    LARGEST,
    -LARGEST,
    1.5,
    True,
    None,
    nested(DEEPEST),
    {"a": [1, {"b": "c"}]},
]


@pytest.mark.parametrize("value", UNSTORABLE, ids=kind)
def test_unstorable_value_is_not_storable(value: Any) -> None:
    assert not is_storable(value)
    assert is_storable(replace_unstorable(value)), "what is put in its place can"


@pytest.mark.parametrize("value", STORABLE, ids=kind)
def test_storable_value_is_unchanged(value: Any) -> None:
    assert is_storable(value)
    assert replace_unstorable(value) == value


def test_only_unstorable_parts_are_replaced() -> None:
    assert replace_unstorable("a\x00b\ud800") == "a\ufffdb\ufffd"
    assert replace_unstorable({"\x00": ["\x00", LARGEST + 1, 2]}) == {"\ufffd": ["\ufffd", None, 2]}
    assert replace_unstorable(nested(DEEPEST + 1)) == json.loads(
        "[" * DEEPEST + "null" + "]" * DEEPEST
    )
    assert replace_unstorable({"a": 1}, 0) is None


def test_depth_counts_objects_and_lists() -> None:
    assert is_storable({"a": {"b": 1}}, 2) and not is_storable({"a": {"b": 1}}, 1)
    assert is_storable([[1]], 2) and not is_storable([[1]], 1)
    assert replace_unstorable({"a": {"b": 1}, "c": [2]}, 1) == {"a": None, "c": None}


@pytest.mark.parametrize(
    "text", ["", "{", "NaN", '{"a": Infinity}', "[" * 100_000, b"\xff\xff"], ids=kind
)
def test_invalid_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(NotStorable):
        read_json(text)


@pytest.mark.parametrize(
    "text",
    ["[]", "1", '"a"', "null", '{"a": "\\u0000"}', '{"\\u0000": 1}', '{"n": 9007199254740992}'],
    ids=kind,
)
def test_message_must_be_a_storable_object(text: str) -> None:
    with pytest.raises(NotStorable):
        read_object(text)


def test_message_is_read_to_the_greatest_depth() -> None:
    deepest = {"value": nested(DEEPEST - 1)}
    assert read_object(json.dumps(deepest)) == deepest
    with pytest.raises(NotStorable):
        read_object(json.dumps({"value": nested(DEEPEST)}))


def test_reported_field_keeps_its_storable_part() -> None:
    text = '{"event": {"name": "a\\u0000"}, "n": 1}'
    assert read_object(text, reported={"event"}) == {"event": {"name": "a\ufffd"}, "n": 1}
    with pytest.raises(NotStorable):
        read_object(text, reported={"n"})


def test_several_texts_are_storable_if_each_is() -> None:
    assert is_storable_text() and is_storable_text("a", "b")
    assert not is_storable_text("a", "\x00")
