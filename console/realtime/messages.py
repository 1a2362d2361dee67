"""Every message of /realtime, with its fields. static/js/messages.js holds the same list, and a test compares the two.

A field is "type" or "type?" (may be missing); types: str, int, bool, number, object, list, any.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Fields = Mapping[str, str]

FROM_BROWSER: dict[str, Fields] = {
    "hello": {
        "client": "str", "formerly": "str?", "browser": "str?", "view": "str", "locale": "str", "epoch": "int?",
        "serial": "int?",
    },
    "pong": {
        "n": "int", "epoch": "int", "audible": "bool", "microphone": "str", "registered": "bool", "visible": "bool",
        "used": "number", "calls": "list",
    },
    "lease.claim": {"confirm": "bool?", "call": "str?", "lock_free": "bool?"},
    "lease.release": {"epoch": "int"},
    "lease.leaving": {"epoch": "int"},
    "lease.released": {"epoch": "int"},
    "phone.event": {"n": "int", "epoch": "int", "event": "object"},
    "phone.data": {"n": "int", "epoch": "int", "kind": "str", "items": "list"},
    "command.result": {"id": "str", "ok": "bool", "code": "str?"},
}  # fmt: skip

FROM_SERVER: dict[str, Fields] = {
    "welcome": {"seq": "int", "lease": "object", "n": "int", "html": "str"},
    "change": {"seq": "int", "html": "str?", "event": "object?"},
    "ping": {"n": "int", "heard": "int", "others": "bool", "at": "int", "epoch": "int?"},
    "lease.granted": {"epoch": "int", "holder": "object?"},
    "lease.denied": {"epoch": "int", "holder": "object?"},
    "lease.revoked": {"epoch": "int", "holder": "object?", "call": "str?"},
    "ack": {"n": "int"},
    "command": {"id": "str", "name": "str", "args": "object", "epoch": "int", "expires": "int"},
    "command.result": {"id": "str", "ok": "bool", "code": "str?"},
    "goodbye": {"code": "int", "reason": "str"},
}

# Close codes that a goodbye may carry.
RESTARTING, BAD_MESSAGE, SIGN_IN, NOT_ALLOWED, TOO_SLOW, REPLACED, TOO_MANY = 1012, 4400, 4401, 4403, 4408, 4409, 4429

MAX_BYTES = 64 * 1024
MAX_TEXT = 200
_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,), "int": (int,), "bool": (bool,), "number": (int, float), "object": (dict,), "list": (list,), "any": (object,),
}  # fmt: skip


class BadMessage(ValueError):
    """What came is not a message of this list. The text names what is wrong, without repeating what was sent."""


def decode(text: str) -> dict[str, Any]:
    """One message from a browser, checked against the list. Fields that the list does not know are ignored."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadMessage("not JSON") from error
    name = message.get("type") if isinstance(message, dict) else None
    fields = FROM_BROWSER.get(name) if isinstance(name, str) else None
    if fields is None:
        raise BadMessage("unknown message")
    for field, spec in fields.items():
        _check(str(name), field, spec, message.get(field))
    return dict(message)


def _check(name: str, field: str, spec: str, value: object) -> None:
    if value is None and spec.endswith("?"):
        return
    wanted = _TYPES[spec.rstrip("?")]
    right = isinstance(value, wanted) and (bool in wanted or not isinstance(value, bool))
    if not right or (isinstance(value, str) and len(value) > MAX_TEXT) or (isinstance(value, int) and abs(value) >= 2**53):
        raise BadMessage(f"{name}: {field} must be {spec}")


def encode(message: Mapping[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
