"""Builds websocket frames of a server (RFC 6455 section 5.2: never masked)."""

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
    """A text that is no UTF-8 gets replacement characters, so that it stops no other message."""
    return _frame(_TEXT, text.encode(errors="replace"))


def close_frame(code: int, reason: str) -> bytes:
    return _frame(_CLOSE, code.to_bytes(2, "big") + reason.encode()[:120])


def pong_frame(data: bytes) -> bytes:
    return _frame(_PONG, data)
