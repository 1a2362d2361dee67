"""Expressions that a script in a phone frame tries."""

from __future__ import annotations

from playwright.sync_api import Frame

TRY = """
async (source) => {
  globalThis.settled = (thing) => new Promise((ok, no) => {
    setTimeout(() => no(new TypeError()), 1000);
    Object.assign(thing, { onload: ok, onopen: ok, onerror: () => no(new TypeError()) });
  });
  try { return { got: String(await (0, eval)(`(async () => (${source}))()`)) }; }
  catch (error) { return { refused: error.name }; }
}
"""
BROWSERS_ERROR = "chrome-error:"


def attempt(frame: Frame, source: str) -> dict[str, str]:
    """The value that a script in the frame gets from an expression, or the error's name."""
    found: dict[str, str] = frame.evaluate(TRY, source)
    return found
