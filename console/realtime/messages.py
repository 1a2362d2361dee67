"""Every message of /realtime, with its fields. static/js/client/messages.js holds the same list, and a
test compares the two.

A field is "kind" or "kind?" (may be missing). Kinds: str, client and id (names that programs give),
int, bool, number, object, list, or the words that the field may have, separated by |.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from ..domain.storable import CLIENT_ID, NotStorable, read_object

Fields = Mapping[str, str]

FROM_BROWSER: dict[str, Fields] = {
    "hello": {
        "client": "client", "formerly": "client?", "browser": "client?", "view": "str", "locale": "str",
        "epoch": "int?", "serial": "int?",
    },
    "pong": {
        "n": "int", "epoch": "int", "audible": "bool", "microphone": "ok|denied|none|busy|unknown",
        "registered": "bool", "visible": "bool", "used": "number", "calls": "list",
    },
    "lease.claim": {"confirm": "bool?", "call": "move|end?", "lock_free": "bool?"},
    "lease.release": {"epoch": "int"},
    "lease.leaving": {"epoch": "int"},
    "lease.released": {"epoch": "int"},
    "phone.event": {"n": "int", "epoch": "int", "event": "object"},
    "phone.data": {"n": "int", "epoch": "int", "kind": "str", "items": "list"},
    "command.result": {"id": "id", "ok": "bool", "code": "str?"},
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
RESTARTING, BAD_MESSAGE, SIGN_IN, NOT_ALLOWED, TOO_SLOW, REPLACED, TOO_MANY = (
    1012,
    4400,
    4401,
    4403,
    4408,
    4409,
    4429,
)

MAX_BYTES = 64 * 1024
MAX_TEXT = 200
_REPORTED = (
    "event",
    "items",
    "calls",
)  # what phones repeat of others: it is cleaned, and never a reason to lose a phone
_ID = re.compile(r"[A-Za-z0-9_.:@-]{1,129}")  # a command's id behind its asker's
_KINDS: dict[str, Callable[[Any], bool]] = {
    "str": lambda value: isinstance(value, str) and len(value) <= MAX_TEXT,
    "client": lambda value: isinstance(value, str) and CLIENT_ID.fullmatch(value) is not None,
    "id": lambda value: isinstance(value, str) and _ID.fullmatch(value) is not None,
    "int": lambda value: type(value) is int,
    "number": lambda value: type(value) in (int, float),
    "bool": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "list": lambda value: isinstance(value, list),
}


class BadMessage(ValueError):
    """What came is not a message of this list.

    The text names what is wrong, without repeating what was sent.
    """


def decode(text: str) -> dict[str, Any]:
    """One message from a browser, checked against the list.

    Fields that the list does not know are left out.
    """
    try:
        message = read_object(text, _REPORTED)
    except NotStorable as error:
        raise BadMessage(str(error)) from None
    name = message.get("type")
    fields = FROM_BROWSER.get(name) if isinstance(name, str) else None
    if fields is None:
        raise BadMessage("unknown message")
    for field, spec in fields.items():
        _check(str(name), field, spec, message.get(field))
    return {field: value for field, value in message.items() if field == "type" or field in fields}


def _check(name: str, field: str, spec: str, value: object) -> None:
    kind = spec.rstrip("?")
    if value is None and spec != kind:
        return
    if not (_KINDS[kind](value) if kind in _KINDS else value in kind.split("|")):
        raise BadMessage(f"{name}: {field} must be {spec}")


def encode(message: Mapping[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
