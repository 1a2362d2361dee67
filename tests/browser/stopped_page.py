"""An agent whose page and phone frame are known by their processes, so that one of them can be
stopped.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser

from tests.browser.desk import Desk
from tests.phone.test_losses import renderers

SESSION = "**/phone/*/session"


@dataclass
class Watched:
    desk: Desk
    page: int
    frame: int

    @contextmanager
    def stopped(self) -> Iterator[None]:
        os.kill(self.page, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.page, signal.SIGCONT)


def watched(browser: Browser, desk: Desk, before: set[int]) -> Watched:
    """`before`: the processes of the other pages. The agent has one line."""
    desk.context.route(SESSION, lambda route: route.abort())
    desk.page.reload()

    def grown(count: int) -> set[int]:
        desk.wait_until(lambda: len(renderers(browser) - before) == count)
        return renderers(browser) - before

    (page,) = grown(1)
    desk.context.unroute(SESSION)
    (frame,) = grown(2) - {page}
    return Watched(desk.available(), page, frame)
