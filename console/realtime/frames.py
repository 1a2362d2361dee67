"""Websocket frames from the server (RFC 6455 section 5.2: never masked), built once and sent to
many.
"""

from __future__ import annotations

_TEXT, _CLOSE, _PONG = 0x81, 0x88, 0x8A


def _frame(head: int, data: bytes) -> bytes:
    size = len(data)
    if size < 126:
        return bytes((head, size)) + data
    if size < 1 << 16:
        return bytes((head, 126)) + size.to_bytes(2, "big") + data
    return bytes((head, 127)) + size.to_bytes(8, "big") + data


def text_frame(text: str) -> bytes:
    """A letter that UTF-8 does not know is replaced: it must not stop what others are sent."""
    return _frame(_TEXT, text.encode(errors="replace"))


def close_frame(code: int, reason: str) -> bytes:
    return _frame(_CLOSE, code.to_bytes(2, "big") + reason.encode()[:120])


def pong_frame(data: bytes) -> bytes:
    return _frame(_PONG, data)
