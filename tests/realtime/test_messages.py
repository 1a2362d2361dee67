"""The declared messages: what is refused, in which words, and that the document names them all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from console.realtime.messages import FROM_BROWSER, FROM_SERVER, BadMessage, decode

DOCUMENT = Path(__file__).parents[2] / "docs/realtime-protocol.md"
PONG: dict[str, Any] = {
    "type": "pong",
    "n": 1,
    "epoch": 2,
    "audible": True,
    "microphone": "ok",
    "registered": False,
    "visible": True,
    "used": 0.5,
    "calls": ["a"],
}


def test_fields_are_kept_unchanged_and_extra_fields_dropped() -> None:
    assert decode(json.dumps(PONG | {"more": 1})) == PONG
    assert decode('{"type": "lease.claim", "confirm": null}') == {
        "type": "lease.claim",
        "confirm": None,
    }


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"n": True}, "pong: `n` must be a valid integer."),
        ({"epoch": 1.0}, "pong: `epoch` must be a valid integer."),
        ({"audible": 1}, "pong: `audible` must be a valid boolean."),
        ({"calls": {}}, "pong: `calls` must be a valid list."),
        (
            {"microphone": "loud"},
            "pong: `microphone` must be 'ok', 'denied', 'none', 'busy' or 'unknown'.",
        ),
        ({"type": "hello"}, "hello: `client` is missing."),
        ({"type": "shout"}, "unknown message"),
        ({"type": ["pong"]}, "unknown message"),
    ],
)
def test_a_refusal_names_the_field_and_its_valid_values(
    changed: dict[str, Any], problem: str
) -> None:
    with pytest.raises(BadMessage) as refused:
        decode(json.dumps(PONG | changed))
    assert str(refused.value) == problem


@pytest.mark.parametrize("name", sorted({*FROM_BROWSER, *FROM_SERVER}))
def test_the_document_names_every_message(name: str) -> None:
    assert f"`{name}" in DOCUMENT.read_text(encoding="utf-8")
