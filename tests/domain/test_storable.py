"""What comes in from outside: what can be kept, what is refused, and what is replaced in the words
of others.
"""

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
def test_what_no_database_frame_or_page_can_hold_cannot_be_kept(value: Any) -> None:
    assert not is_storable(value)
    assert is_storable(replace_unstorable(value)), "what is put in its place can"


@pytest.mark.parametrize("value", STORABLE, ids=kind)
def test_all_else_is_kept_as_it_is(value: Any) -> None:
    assert is_storable(value)
    assert replace_unstorable(value) == value


def test_a_text_is_replaced_only_where_it_cannot_be_kept_and_a_number_or_a_depth_becomes_none() -> (
    None
):
    assert replace_unstorable("a\x00b\ud800") == "a\ufffdb\ufffd"
    assert replace_unstorable({"\x00": ["\x00", LARGEST + 1, 2]}) == {"\ufffd": ["\ufffd", None, 2]}
    assert replace_unstorable(nested(DEEPEST + 1)) == json.loads(
        "[" * DEEPEST + "null" + "]" * DEEPEST
    )
    assert replace_unstorable({"a": 1}, 0) is None


def test_objects_count_as_deep_as_lists() -> None:
    assert is_storable({"a": {"b": 1}}, 2) and not is_storable({"a": {"b": 1}}, 1)
    assert is_storable([[1]], 2) and not is_storable([[1]], 1)
    assert replace_unstorable({"a": {"b": 1}, "c": [2]}, 1) == {"a": None, "c": None}


@pytest.mark.parametrize(
    "text", ["", "{", "NaN", '{"a": Infinity}', "[" * 100_000, b"\xff\xff"], ids=kind
)
def test_what_is_no_json_cannot_be_read(text: str | bytes) -> None:
    with pytest.raises(NotStorable):
        read_json(text)


@pytest.mark.parametrize(
    "text",
    ["[]", "1", '"a"', "null", '{"a": "\\u0000"}', '{"\\u0000": 1}', '{"n": 9007199254740992}'],
    ids=kind,
)
def test_a_message_is_an_object_of_what_can_be_kept(text: str) -> None:
    with pytest.raises(NotStorable):
        read_object(text)


def test_what_a_message_holds_is_read_as_deep_as_can_be_kept() -> None:
    deepest = {"value": nested(DEEPEST - 1)}
    assert read_object(json.dumps(deepest)) == deepest
    with pytest.raises(NotStorable):
        read_object(json.dumps({"value": nested(DEEPEST)}))


def test_of_a_field_that_repeats_the_words_of_others_is_kept_what_can_be() -> None:
    text = '{"event": {"name": "a\\u0000"}, "n": 1}'
    assert read_object(text, reported={"event"}) == {"event": {"name": "a\ufffd"}, "n": 1}
    with pytest.raises(NotStorable):
        read_object(text, reported={"n"})


def test_several_texts_can_be_kept_when_each_can() -> None:
    assert is_storable_text() and is_storable_text("a", "b")
    assert not is_storable_text("a", "\x00")
