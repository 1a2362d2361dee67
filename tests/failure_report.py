"""Reports the pages and the servers' logs of a failed browser test when it fails."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from playwright.sync_api import Browser, Error, Frame, Page

from tests.servers.server_process import ServerProcess
from tests.servers.simulator import Simulator

_VENDOR = (
    "typeof csVoice === 'undefined' ? '' : JSON.stringify({ ...csVoice, callInfo: undefined, sip:"
    " state.status })"
)


def sections(fixtures: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Title and text of each page that is open and each server that runs, of a test's fixtures."""
    browser = fixtures.get("browser")
    pages = (
        [page for context in browser.contexts for page in context.pages]
        if isinstance(browser, Browser)
        else []
    )
    for page in pages:
        if not page.is_closed():
            yield f"page {page.url}", _without_secrets(_of_page(page))
    for name, server in fixtures.items():
        if isinstance(server, ServerProcess) and server.process is not None:
            yield f"log of {name}", _without_secrets(server.log()[-1500:])
        if isinstance(server, Simulator) and server.running:
            yield f"events of {name}", _without_secrets(_of_exchange(server))


def _of_exchange(exchange: Simulator) -> str:
    try:
        events = exchange.log_lines()[-30:]
        return "\n".join(json.dumps(line, ensure_ascii=False) for line in events)
    except (OSError, ValueError) as error:
        return f"cannot be asked: {error}"


def _of_page(page: Page) -> str:
    said = [f"{message.type}: {message.text}" for message in page.console_messages()[-10:]]
    return "\n".join([*said, *(_of_frame(frame) for frame in page.frames)])


def _of_frame(frame: Frame) -> str:
    try:
        words = " ".join(frame.locator("body").inner_text(timeout=1000).split())
        return f"{frame.url}: {words[:700]} {frame.evaluate(_VENDOR)}"
    except Error as error:
        return f"{frame.url} cannot be asked: {error.message[:200]}"


def _without_secrets(text: str) -> str:
    return re.sub(r"eyJ[\w.-]+", "(token)", text)
